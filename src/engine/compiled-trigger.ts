import { type CompiledAction, compileAction } from '../actions/index.ts';
import { type CompiledCondition, compileCondition, compileFilter, FIRE } from '../conditions/index.ts';
import type { ActionDefinition, TriggerDefinition } from '../model/documents.ts';
import type { Limits } from '../model/limits.ts';
import { type MatchIndex, scopePath } from '../triggers/index.ts';

/** A trigger with everything parsed: what the engine works with. Immutable and shared by all runs of a version. */
export interface CompiledTrigger {
  readonly id: string;
  readonly definition: TriggerDefinition;
  readonly condition: CompiledCondition;
  readonly outcomes: ReadonlyMap<string, readonly CompiledAction[]>;
  /** Static path of the scopes it lives in. */
  readonly scope: string;
  readonly depth: number;
}

/** Throws INVALID_EXPRESSION where an expression cannot be read. */
export function compileTrigger(definition: TriggerDefinition, limits: Limits): CompiledTrigger {
  const scope = definition.scope ?? scopePath.ROOT;
  const outcomes = new Map<string, readonly CompiledAction[]>();
  for (const [outcome, actions] of Object.entries(actionsByOutcome(definition))) {
    outcomes.set(
      outcome,
      actions.map((action) => compileAction(action, limits)),
    );
  }
  return {
    id: definition.id,
    definition,
    condition: compileCondition(definition.condition, limits),
    outcomes,
    scope,
    depth: scopePath.depthOf(scope),
  };
}

/** The two ways to write `actions` as one. */
export function actionsByOutcome({
  actions,
}: Pick<TriggerDefinition, 'actions'>): Readonly<Record<string, readonly ActionDefinition[]>> {
  return Array.isArray(actions) ? { [FIRE]: actions as readonly ActionDefinition[] } : (actions as never);
}

export function addToIndex(
  index: MatchIndex<CompiledTrigger>,
  trigger: CompiledTrigger,
  limits: Limits,
): void {
  const { activationEvents } = trigger.definition;
  for (const activation of activationEvents) {
    index.add(activation, trigger, compileFilter(activation.filter, limits), activationEvents.length > 1);
  }
}

export function removeFromIndex(index: MatchIndex<CompiledTrigger>, trigger: CompiledTrigger): void {
  for (const activation of trigger.definition.activationEvents) index.remove(activation, trigger);
}
