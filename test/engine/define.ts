import type {
  ActionDefinition,
  ActivationEvent,
  ConditionDefinition,
  TriggerDefinition,
} from '../../src/model/documents.ts';

/** A trigger in one line; condition `always` unless given. */
export function trigger(
  id: string,
  on: string | ActivationEvent | readonly ActivationEvent[],
  actions: readonly ActionDefinition[] | Readonly<Record<string, readonly ActionDefinition[]>>,
  more: Partial<TriggerDefinition> = {},
): TriggerDefinition {
  const activationEvents = typeof on === 'string' ? [{ type: on }] : Array.isArray(on) ? on : [on];
  const condition: ConditionDefinition = { type: 'always' };
  return { id, activationEvents: activationEvents as ActivationEvent[], condition, actions, ...more };
}

export const call = (name: string, more: Record<string, unknown> = {}): ActionDefinition =>
  ({ type: 'function', name, ...more }) as ActionDefinition;
export const RUN_STARTED = 'dev.tidegate.run.started';
