import type { CompiledWorkflow } from '../../../engine/index.ts';
import { isDistributed, processorOf } from '../map-parts.ts';
import type { State, StateMachine, States } from '../model.ts';

/** A state of the machine as its triggers name it. */
export interface NamedState {
  readonly slug: string;
  readonly name: string;
  readonly state: State;
}

/** What a trigger does for its state; see `names`. */
export type Role =
  | 'enter'
  | 'succeeded'
  | 'failed'
  | 'join'
  | 'wait'
  | 'branches'
  | 'item'
  | 'items'
  | 'written'
  | 'other';

const ROLES: ReadonlySet<string> = new Set<Role>([
  'enter',
  'succeeded',
  'failed',
  'join',
  'wait',
  'branches',
  'item',
  'items',
  'written',
]);

/** The slug and the role in the id of a trigger. */
export function partsOf(trigger: string): { readonly slug: string; readonly role: Role } {
  const dot = trigger.lastIndexOf('.');
  const role = trigger.slice(dot + 1);
  return { slug: trigger.slice(0, dot), role: ROLES.has(role) ? (role as Role) : 'other' };
}

/** The states of the machine by slug. */
export function statesBySlug(
  machine: StateMachine,
  { triggers }: CompiledWorkflow,
): ReadonlyMap<string, NamedState> {
  const byName = new Map(everyState(machine));
  const found = new Map<string, NamedState>();
  for (const { id, definition } of triggers.values()) {
    const { slug, role } = partsOf(id);
    const name = definition.state?.name;
    const state = name === undefined ? undefined : byName.get(name);
    if (role === 'enter' && name !== undefined && state !== undefined) found.set(slug, { slug, name, state });
  }
  return found;
}

function* everyState(states: States): Generator<readonly [string, State]> {
  for (const [name, state] of Object.entries(states.States)) {
    yield [name, state];
    if (state.Type === 'Parallel') for (const branch of state.Branches) yield* everyState(branch);
    else if (state.Type === 'Map') yield* everyState(processorOf(state));
  }
}

/** Whether the state's scopes are iterations of its own execution. */
export function isInlineMap({ state }: NamedState): boolean {
  return state.Type === 'Map' && !isDistributed(state);
}
