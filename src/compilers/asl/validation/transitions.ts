import { type Check, wrongType } from './fields.ts';
import type { Here, Inspection, Scope } from './inspection.ts';
import type { JsonObject } from './json-type.ts';
import type { Place } from './place.ts';

/** The name of the state to go to: Next, Default, and those of rules and catchers. */
export const transition: Check = (value, at, here) => {
  if (typeof value !== 'string') wrongType(value, 'the name of a state', at, here);
  else here.scope.targets.push({ from: here.state, to: value, at });
};

/** Next or `"End": true`, and not both. */
export function checkTransition(state: JsonObject, at: Place, here: Here): void {
  const ends = state.End === true;
  const goes = Object.hasOwn(state, 'Next');
  if (ends && goes) {
    here.findings.error('ASL_EXCLUSIVE_FIELDS', at.at('End'), 'a state may have only one of Next, End', {
      service: { message: 'There should only be one of the following fields: [Next, End]', at },
    });
  } else if (!ends && !goes) {
    here.findings.error('ASL_MISSING_FIELD', at, 'the state has neither Next nor "End": true', {
      service: { message: 'These fields are required: [Next]' },
    });
  }
}

/** That every transition leads somewhere, every state is reached, and one of them ends. */
export function checkGraph(
  states: JsonObject,
  startAt: string | undefined,
  at: Place,
  scope: Scope,
  inspection: Inspection,
): void {
  const { findings } = inspection;
  for (const target of scope.targets) {
    if (!Object.hasOwn(states, target.to)) missingState(target.to, target.at, states, scope, inspection);
  }
  if (Object.keys(states).length === 0) return;
  if (!Object.values(states).some(isTerminal)) {
    findings.error(
      'ASL_NO_TERMINAL_STATE',
      at.at('States'),
      'nothing ever ends: no state has "End": true or is of type Succeed or Fail',
      { service: { code: 'MISSING_END_STATE', message: 'Workflow has no terminal state', at: null } },
    );
    return;
  }
  if (startAt !== undefined) checkReached(states, startAt, at.at('States'), scope, inspection);
}

/** The service wants a transition to every state; where it comes from a loop that nothing enters, that is told as a hint. */
function checkReached(
  states: JsonObject,
  startAt: string,
  at: Place,
  scope: Scope,
  { findings }: Inspection,
): void {
  const named = new Set(scope.targets.map(({ to }) => to));
  const reached = Object.hasOwn(states, startAt) ? reachedFrom(startAt, scope) : named;
  for (const name of Object.keys(states)) {
    if (!named.has(name)) {
      findings.error('ASL_UNREACHABLE_STATE', at.at(name), `no transition leads to "${name}"`, {
        service: { code: 'MISSING_TRANSITION_TARGET', message: `State "${name}" is not reachable.` },
      });
    } else if (!reached.has(name)) {
      findings.warning('ASL_UNREACHABLE_STATE', at.at(name), `no path from "${startAt}" leads to "${name}"`);
    }
  }
}

function missingState(
  name: string,
  at: Place,
  states: JsonObject,
  scope: Scope,
  { names, findings }: Inspection,
): void {
  const service = { code: 'MISSING_TRANSITION_TARGET', message: `Missing 'Next' target: ${name}` } as const;
  const elsewhere = names.get(name);
  if (elsewhere !== undefined && elsewhere !== scope) {
    findings.error(
      'ASL_STATE_OUT_OF_REACH',
      at,
      `"${name}" lies in another branch or outside: a transition stays among the states of its own machine`,
      { service },
    );
  } else {
    findings.error('ASL_MISSING_STATE', at, `there is no state "${name}"`, {
      suggestion: findings.suggest(name, () => Object.keys(states)),
      service,
    });
  }
}

/** Whether a machine may end with the state. */
export function isTerminal(state: unknown): boolean {
  const { Type, End } = (state ?? {}) as JsonObject;
  return End === true || Type === 'Succeed' || Type === 'Fail';
}

function reachedFrom(startAt: string, { targets }: Scope): Set<string> {
  const nexts = new Map<string, string[]>();
  for (const { from, to } of targets) {
    if (from === undefined) continue;
    const known = nexts.get(from);
    if (known === undefined) nexts.set(from, [to]);
    else known.push(to);
  }
  const reached = new Set([startAt]);
  for (const name of reached) for (const next of nexts.get(name) ?? []) reached.add(next);
  return reached;
}
