// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of the language, evaluated by the engine
import type { Query } from '../../../expressions/index.ts';
import { EVENT_TYPES } from '../../../model/cloud-event.ts';
import type { ActionDefinition, ForkAction, Template, TriggerDefinition } from '../../../model/documents.ts';
import { names } from '../names.ts';
import { mapQueries } from './templates.ts';

/** What the run of a lone state ends with: what the state gives, and the slug of the state it leads to. */
export interface Left {
  readonly to?: string;
  readonly value: unknown;
}

/** What the service calls a state that stands alone. */
export const STATE_NAME = 'StateName';

/** Stands for the work of a Map or Parallel state, whose result is given. */
export const INNER_STATES = 'tidegate:test-state:inner-states';

/**
 * The triggers of one state out of the machine around it: leaving the state ends the run, and the states inside it are one
 * task. `contextObject`: what its queries read as `$$`.
 */
export function loneTriggers(
  triggers: readonly TriggerDefinition[],
  { slug, contextObject }: { slug: string; contextObject: Readonly<Record<string, unknown>> },
): TriggerDefinition[] {
  const own = triggers.filter(({ state, scope }) => state?.name === slug && scope === undefined);
  const writes = own.some(({ id }) => id === names.written(slug));
  const withContext = (query: Query): Query => ({ ...query, contextObject });
  return own.flatMap(({ state, ...rest }) => {
    const trigger = { ...rest, state: { name: STATE_NAME, type: state!.type, alone: true } };
    if (trigger.id === names.join(slug)) return writes ? [] : [afterWork(trigger, slug, withContext)];
    const lone = withActions(trigger, (action) =>
      closed(mapQueries(action, withContext) as ActionDefinition),
    );
    if (trigger.id === names.written(slug)) return [{ ...lone, activationEvents: workDone(slug) }];
    const { condition } = lone;
    return [condition.type === 'choice' ? { ...lone, condition: { ...condition, contextObject } } : lone];
  });
}

function workDone(slug: string): TriggerDefinition['activationEvents'] {
  return [{ type: EVENT_TYPES.taskSucceeded, subject: slug }];
}

/** A join whose results come as one. */
function afterWork(
  trigger: TriggerDefinition,
  slug: string,
  change: (query: Query) => Query,
): TriggerDefinition {
  const { succeeded = [], error = [] } = trigger.actions as Record<string, readonly ActionDefinition[]>;
  const whole = (text: string) => (text === '${context.results}' ? '${event.data}' : text);
  const fromResult = (query: Query): Query =>
    change(query.from === 'results' ? { ...query, from: 'result' } : query);
  return {
    ...trigger,
    activationEvents: workDone(slug),
    condition: { type: 'always' },
    actions: {
      fire: succeeded.map((action) => closed(mapQueries(action, fromResult, whole) as ActionDefinition)),
      error: [...error],
    },
  };
}

function withActions(
  trigger: TriggerDefinition,
  change: (action: ActionDefinition) => ActionDefinition,
): TriggerDefinition {
  const { actions } = trigger;
  return {
    ...trigger,
    actions: Array.isArray(actions)
      ? actions.map(change)
      : Object.fromEntries(
          Object.entries(actions as Record<string, ActionDefinition[]>).map(([outcome, list]) => [
            outcome,
            list.map(change),
          ]),
        ),
  };
}

/** Entering another state ends the run, and so does what ends the machine; opening scopes is a task. */
function closed(action: ActionDefinition): ActionDefinition {
  switch (action.type) {
    case 'emit':
      return action.event === EVENT_TYPES.stateEntered
        ? end({ to: action.subject!, value: action.data })
        : action;
    case 'complete':
      return end({ value: action.output });
    case 'fork':
      return innerStates(action);
    default:
      return action;
  }
}

function end(left: Left): ActionDefinition {
  return { type: 'complete', output: left as Template };
}

function innerStates({ name, items, concurrency, tolerate, value, hold }: ForkAction): ActionDefinition {
  return {
    type: 'task',
    resource: INNER_STATES,
    arguments: {
      ...(items !== undefined && { items }),
      ...(concurrency !== undefined && { concurrency }),
      ...(tolerate !== undefined && { tolerate }),
      ...(value !== undefined && { value }),
    },
    subject: name,
    ...(hold !== undefined && { hold }),
  };
}
