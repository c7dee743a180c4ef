import { EffectError } from '../action.ts';
import type { Shape } from './aws-shapes.ts';
import { memberOf } from './aws-values.ts';

/** Throws `States.Runtime` for arguments that name fields the action does not have, or lack one it wants. */
export function requireSupported(given: Readonly<Record<string, unknown>>, shape: Shape | undefined): void {
  if (shape?.kind !== 'structure') return;
  const said = new Set(Object.keys(given).map((name) => memberOf(shape, name)));
  const tokens = shape.tokens ?? [];
  const missing = (shape.required ?? []).filter((name) => !said.has(name) && !tokens.includes(name));
  const problems = [
    ...missing.map((name) => `The field '${name}' is required but was missing`),
    ...unsupported(given, shape).map((name) => `The field '${name}' is not supported by Step Functions`),
  ];
  if (problems.length > 0) throw unusable(given, problems);
}

/** The failure of a call whose arguments no call can be made with. */
export function unusable(given: unknown, problems: readonly string[]): EffectError {
  return new EffectError({
    code: 'States.Runtime',
    message: `The Parameters '${JSON.stringify(given)}' could not be used to start the Task: [${problems.join(', ')}]`,
    retryable: false,
    ofState: true,
  });
}

function unsupported(value: unknown, shape: Shape | undefined): string[] {
  if (typeof value !== 'object' || value === null || shape === undefined) return [];
  switch (shape.kind) {
    case 'structure':
      if (Array.isArray(value)) return [];
      return Object.entries(value).flatMap(([name, member]) => {
        const known = memberOf(shape, name);
        return known === undefined ? [name] : unsupported(member, shape.members.get(known));
      });
    case 'list':
    case 'map':
      return Object.values(value).flatMap((element) => unsupported(element, shape.element));
    default:
      return [];
  }
}
