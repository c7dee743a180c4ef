import { type CompiledAction, compileAction } from '../actions/index.ts';
import { compileFilter } from '../conditions/index.ts';
import { compileExpression, type Expression } from '../expressions/index.ts';
import type { CloudEvent } from '../model/cloud-event.ts';
import { RESERVED_TYPE_PREFIX } from '../model/cloud-event.ts';
import type { Interception, RunMode, TriggersDefinition } from '../model/documents.ts';
import type { Limits } from '../model/limits.ts';
import { type ArnScope, DEFAULT_ARN_SCOPE } from '../model/step-functions-arns.ts';
import { MatchIndex } from '../triggers/index.ts';
import { addToIndex, type CompiledTrigger, compileTrigger } from './compiled-trigger.ts';

export interface CompiledInterception {
  readonly definition: Interception;
  readonly actions: readonly CompiledAction[];
}

/** One version of a workflow as workers hold it: immutable, shared by all its runs. */
export interface CompiledWorkflow {
  readonly name: string;
  readonly version: number;
  readonly definition: TriggersDefinition;
  readonly triggers: ReadonlyMap<string, CompiledTrigger>;
  readonly index: MatchIndex<CompiledTrigger>;
  readonly interceptions: readonly CompiledInterception[];
  readonly runMode: RunMode;
  readonly correlate: Expression | undefined;
  /** Finds whether an event starts a run of its own. */
  readonly startsRun: (event: CloudEvent) => boolean;
  readonly keepHistory: boolean;
  /** Triggers that wait for events from outside: while one of them still listens, a run is not stalled. */
  readonly outsideTriggers: readonly CompiledTrigger[];
  readonly limits: Limits;
  /** Where the ARNs of its runs say that they are. */
  readonly arns: ArnScope;
}

/** Throws INVALID_EXPRESSION. The definition must have passed its schema. */
export function compileWorkflow(
  name: string,
  version: number,
  definition: TriggersDefinition,
  limits: Limits,
  arns: ArnScope = DEFAULT_ARN_SCOPE,
): CompiledWorkflow {
  const index = new MatchIndex<CompiledTrigger>();
  const triggers = new Map<string, CompiledTrigger>();
  const outsideTriggers: CompiledTrigger[] = [];
  for (const each of definition.triggers) {
    const trigger = compileTrigger(each, limits);
    triggers.set(trigger.id, trigger);
    addToIndex(index, trigger, limits);
    if (awaitsEventFromOutside(trigger)) outsideTriggers.push(trigger);
  }
  const runMode = definition.run ?? 'started';
  return {
    name,
    version,
    definition,
    triggers,
    index,
    interceptions: (definition.interceptions ?? []).map((each) => compileInterception(each, limits)),
    runMode,
    correlate: typeof runMode === 'object' ? compileCorrelation(runMode.correlate, limits) : undefined,
    startsRun: startSubscription(definition, limits),
    keepHistory: definition.history ?? runMode === 'started',
    outsideTriggers,
    limits,
    arns,
  };
}

/** What finds the run of an event: CEL over `event`. */
export function compileCorrelation(text: string, limits: Limits): Expression {
  return compileExpression(text, { limits, variables: ['event'] });
}

export function awaitsEventFromOutside(trigger: CompiledTrigger): boolean {
  return trigger.definition.activationEvents.some(({ type }) => !type.startsWith(RESERVED_TYPE_PREFIX));
}

/** Throws INVALID_EXPRESSION where an action of it cannot be read. */
export function compileInterception(definition: Interception, limits: Limits): CompiledInterception {
  return { definition, actions: definition.actions.map((action) => compileAction(action, limits)) };
}

function startSubscription({ startOn }: TriggersDefinition, limits: Limits): (event: CloudEvent) => boolean {
  if (startOn === undefined || startOn.length === 0) return () => false;
  const index = new MatchIndex<true>();
  for (const each of startOn) index.add(each, true, compileFilter(each.filter, limits), true);
  return (event) => {
    const found: true[] = [];
    index.match(event, found);
    return found.length > 0;
  };
}
