import type { Here, Scope } from './inspection.ts';
import type { Place } from './place.ts';

/** Remembers that the state reads them, and has it checked later that somebody assigns them. */
export function noteVariables(variables: readonly string[], at: Place, here: Here): void {
  for (const name of variables) {
    if (name === 'states') continue;
    if (here.state !== undefined) {
      let names = here.inspection.references.get(here.state);
      if (names === undefined) {
        names = new Set();
        here.inspection.references.set(here.state, names);
      }
      names.add(name);
    }
    here.inspection.later(() => {
      if (isAssigned(name, here.scope)) return;
      here.findings.warning('ASL_VARIABLE_UNASSIGNED', at, `no state in reach assigns the variable $${name}`);
    });
  }
}

/** Whether the scope or one around it has the variable. */
export function isAssigned(name: string, from: Scope): boolean {
  for (let scope: Scope | undefined = from; scope; scope = scope.apart ? undefined : scope.outer) {
    if (scope.assigned.has(name)) return true;
  }
  return false;
}
