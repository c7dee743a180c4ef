// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of the language, evaluated by the engine
import { EVENT_TYPES } from '../../model/cloud-event.ts';
import type { ActionDefinition, RuleMember, TriggerDefinition } from '../../model/documents.ts';
import { activationsOf, emitEnd, emitOwnFailure, forkAction, Members } from './emit-rule.ts';
import { type TaskFacts, workOf } from './emit-task.ts';
import type { Group, Task } from './model.ts';
import { names } from './names.ts';
import { memberOf } from './relations.ts';

/** What a mapped task needs beside the trigger that decides it: its scopes' work and end, and what an empty list means. */
export function mappedTriggers(task: Task, facts: TaskFacts): TriggerDefinition[] {
  const { id } = task;
  const item = names.item(id);
  const work = workOf(task, { kept: false, mustBeList: false }, id, item);
  const triggers: TriggerDefinition[] = [
    emptyTrigger(id, [emitEnd('skipped', id)]),
    {
      id: names.run(id),
      scope: id,
      activationEvents: [{ type: EVENT_TYPES.scopeStarted, subject: id }],
      condition: { type: 'always' },
      actions: { fire: work.actions, error: [emitOwnFailure(item)] },
    },
    ...work.triggers,
    {
      id: names.end(id),
      scope: id,
      activationEvents: [EVENT_TYPES.taskSucceeded, EVENT_TYPES.taskFailed, EVENT_TYPES.taskSkipped].map(
        (type) => ({ type, subject: item }),
      ),
      condition: { type: 'expression', expression: INSTANCE_OUTCOME, reset: 'never' },
      actions: {
        succeeded: [endScope('succeeded', '${ event.data }')],
        failed: [endScope('failed', '${ event.data }')],
        skipped: [endScope('skipped')],
      },
    },
  ];
  if (facts.kept) triggers.push(collector(id, { subject: id, fork: id }));
  return triggers;
}

const INSTANCE_OUTCOME = `event.type == "${EVENT_TYPES.taskSucceeded}" ? "succeeded" : event.type == "${EVENT_TYPES.taskSkipped}" || event.data.error == "TaskSkipped" ? "skipped" : "failed"`;

const endScope = (outcome: 'succeeded' | 'failed' | 'skipped', result?: unknown): ActionDefinition => ({
  type: 'end-scope',
  outcome,
  ...(result !== undefined && { result }),
});

function emptyTrigger(fork: string, actions: readonly ActionDefinition[]): TriggerDefinition {
  return {
    id: names.empty(fork),
    activationEvents: [{ type: EVENT_TYPES.scopeForked, subject: fork, filter: 'event.data.count == 0' }],
    condition: { type: 'always' },
    actions,
  };
}

/** Makes the results of all instances that succeeded a variable, in the order of their indices. */
export function collector(id: string, member: RuleMember): TriggerDefinition {
  return {
    id: names.collect(id),
    activationEvents: activationsOf(member),
    condition: { type: 'rule', rule: 'all_done', needs: [member], collect: 'results' },
    actions: [{ type: 'set', values: { [id]: '${ context.results }' } }],
  };
}

/** Opens the scopes of a mapped group once its lists are there, and closes each when all of its tasks have ended. */
export function groupTriggers(
  group: Group,
  tasks: readonly Task[],
  sources: readonly Task[],
): TriggerDefinition[] {
  const members = new Members();
  for (const source of sources) members.add({ ...memberOf(source, undefined), source: true });
  const all = (state: 'skipped' | 'upstream_failed') => tasks.map(({ id }) => emitEnd(state, id));
  const first = (task: Task) => !task.needs.some(({ mappedGroup }) => mappedGroup === group);
  return [
    {
      id: names.fork(group.id),
      activationEvents: sources.length === 0 ? [{ type: EVENT_TYPES.runStarted }] : members.activations,
      condition: { type: 'rule', rule: 'always', needs: members.list },
      actions: {
        fire: [forkAction(group)],
        skipped: all('skipped'),
        upstream_failed: all('upstream_failed'),
        error: tasks.map((task) =>
          first(task) ? emitOwnFailure(task.id) : emitEnd('upstream_failed', task.id),
        ),
      },
    },
    emptyTrigger(group.id, all('skipped')),
    {
      id: names.end(group.id),
      scope: group.id,
      activationEvents: tasks.flatMap(({ id }) => activationsOf({ subject: id })),
      condition: { type: 'rule', rule: 'all_done', needs: tasks.map(({ id }) => ({ subject: id })) },
      actions: [{ type: 'end-scope' }],
    },
  ];
}
