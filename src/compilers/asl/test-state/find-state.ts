import type { Limits } from '../../../model/limits.ts';
import type { JsonObject, QueryLanguage, StateType } from '../model.ts';
import { serviceDiagnostics, serviceStateDiagnostics } from '../validation/index.ts';
import { type Refusal, refusal } from './request.ts';

/** A sound state, out of whatever held it. */
export interface FoundState {
  readonly state: JsonObject & { readonly Type: StateType };
  /** Of the machine; the state may choose its own. */
  readonly language: QueryLanguage;
}

type Holder = Readonly<Record<string, unknown>>;

/** The state that the definition is, or the one of that name in it, however deep. */
export function findState(
  definition: string,
  stateName: string | undefined,
  limits: Limits,
): { readonly found: FoundState } | { readonly refused: Refusal } {
  const check = stateName === undefined ? serviceStateDiagnostics : serviceDiagnostics;
  const checked = check(definition, { limits });
  if (checked.message !== undefined) return refusal('InvalidDefinition', checked.message);
  const whole = checked.definition as Holder;
  if (stateName === undefined) {
    if (Object.hasOwn(whole, 'States')) {
      return refusal(
        'ValidationException',
        'The definition is a state machine: name the state to test in stateName',
      );
    }
    return found(whole, undefined);
  }
  const state = namedState(whole, stateName);
  if (state === undefined) return refusal('ValidationException', 'State not found in definition');
  return found(state, whole['QueryLanguage']);
}

function found(state: Holder, language: unknown): { readonly found: FoundState } {
  return {
    found: { state: state as FoundState['state'], language: (language as QueryLanguage) ?? 'JSONPath' },
  };
}

/** A state of that name in what has `States`, or in a branch or an item processor of one of its states. */
export function namedState(holder: Holder, name: string): Holder | undefined {
  const states = (holder['States'] ?? {}) as Readonly<Record<string, Holder>>;
  if (Object.hasOwn(states, name)) return states[name];
  for (const state of Object.values(states)) {
    const inside = stateInside(state, name);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

/** A state of that name inside a Parallel or Map state. */
export function stateInside(state: Holder, name: string): Holder | undefined {
  const {
    Branches = [],
    ItemProcessor,
    Iterator,
  } = state as Record<string, Holder> & { Branches?: Holder[] };
  for (const holder of [...(Branches as readonly Holder[]), ItemProcessor, Iterator]) {
    const inside = holder && namedState(holder, name);
    if (inside !== undefined) return inside;
  }
  return undefined;
}
