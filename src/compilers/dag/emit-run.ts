// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of the language, evaluated by the engine
import { EVENT_TYPES } from '../../model/cloud-event.ts';
import type { ActionDefinition, ActivationEvent, TriggerDefinition } from '../../model/documents.ts';
import { Members } from './emit-rule.ts';
import type { Task } from './model.ts';
import { FAILURES, names } from './names.ts';
import { effectiveLeaves, memberOf } from './relations.ts';

/** Every event that ends something; one activation each, however many tasks there are. */
const ANY_END: readonly ActivationEvent[] = [
  EVENT_TYPES.taskSucceeded,
  EVENT_TYPES.taskFailed,
  EVENT_TYPES.taskSkipped,
  EVENT_TYPES.taskUpstreamFailed,
  EVENT_TYPES.scopeForked,
  EVENT_TYPES.scopeEnded,
].map((type) => ({ type }));

/** The end of the run: when all tasks have ended it succeeds or fails by its leaves; then come the tasks of onFailure. */
export function runTriggers(
  tasks: readonly Task[],
  output: unknown,
  implied: ReadonlySet<Task>,
): TriggerDefinition[] {
  const ordinary = tasks.filter(({ handler }) => !handler);
  const handlers = tasks.filter(({ handler }) => handler);
  const leaves = effectiveLeaves(ordinary);
  const members = new Members();
  for (const task of ordinary) {
    const { setup: _, ...member } = memberOf(task, undefined);
    if (leaves.has(task)) members.add(member);
    else members.add({ ...member, waitOnly: true, ...(implied.has(task) && { implied: true }) });
  }
  const failed: ActionDefinition[] =
    handlers.length === 0
      ? [{ type: 'fail', error: 'RUN_FAILED', cause: { failed: '${ context.failures }' } }]
      : [
          { type: 'set', values: { [FAILURES]: '${ context.failures }' } },
          { type: 'emit', event: EVENT_TYPES.runFailing },
        ];
  const end: TriggerDefinition = {
    id: names.runEnd,
    activationEvents: ANY_END,
    condition: { type: 'rule', rule: 'none_failed', late: true, collect: 'failures', needs: members.list },
    actions: {
      fire: [{ type: 'complete', ...(output !== undefined && { output }) }],
      upstream_failed: failed,
      error: [{ type: 'fail', error: '${ error.code }', cause: '${ error.message }' }],
    },
  };
  return handlers.length === 0 ? [end] : [end, handledTrigger(handlers)];
}

function handledTrigger(handlers: readonly Task[]): TriggerDefinition {
  return {
    id: names.runHandled,
    activationEvents: ANY_END,
    condition: { type: 'rule', rule: 'all_done', needs: handlers.map((task) => memberOf(task, undefined)) },
    actions: [{ type: 'fail', error: 'RUN_FAILED', cause: { failed: `\${ vars.${FAILURES} }` } }],
  };
}
