import { type ConditionContext, compileCondition, Members } from '../../src/conditions/index.ts';
import { type CloudEvent, EVENT_TYPES } from '../../src/model/cloud-event.ts';
import type { RuleCondition, TriggerRule } from '../../src/model/documents.ts';
import { LIMITS } from '../../src/model/limits.ts';

export type State = 'success' | 'failed' | 'skipped' | 'upstream_failed';
export const STATES: readonly State[] = ['success', 'failed', 'skipped', 'upstream_failed'];

const TYPES: Readonly<Record<State, string>> = {
  success: EVENT_TYPES.taskSucceeded,
  failed: EVENT_TYPES.taskFailed,
  skipped: EVENT_TYPES.taskSkipped,
  upstream_failed: EVENT_TYPES.taskUpstreamFailed,
};

const event = (type: string, subject: string, more: Partial<CloudEvent> = {}): CloudEvent => ({
  specversion: '1.0',
  id: `${type}:${subject}:${JSON.stringify(more)}`,
  source: '/test',
  type,
  subject,
  ...more,
});
export const ended = (subject: string, state: State, scope?: string) =>
  event(TYPES[state], subject, scope === undefined ? {} : { scope });
export const forked = (fork: string, count: number) =>
  event(EVENT_TYPES.scopeForked, fork, { data: { count } });
export const scopeEnded = (fork: string, index: number, state: State) =>
  event(EVENT_TYPES.scopeEnded, fork, {
    data: { index, outcome: state === 'success' ? 'succeeded' : state, result: index },
  });
export const kick = () => event(EVENT_TYPES.runStarted, 'w');

export function emptyContext(): ConditionContext {
  return {
    scope: '',
    values: {},
    members: new Members(),
    activation: 0,
    outer: undefined,
    touch: () => {},
  };
}

const ENVIRONMENT = { now: 0, setTimer: () => {}, cancelTimer: () => {}, variables: () => ({}) };

/** Feeds the events to a rule; the first outcome ends it. */
export function decide(
  rule: TriggerRule | RuleCondition,
  needs: RuleCondition['needs'],
  events: readonly CloudEvent[],
): { outcome: string | undefined; after: number } {
  const definition = typeof rule === 'string' ? ({ type: 'rule', rule, needs } as const) : rule;
  const condition = compileCondition(definition, LIMITS);
  const context = emptyContext();
  let outcome = condition.evaluate(kick(), context, ENVIRONMENT);
  let after = 0;
  while (outcome === undefined && after < events.length) {
    outcome = condition.evaluate(events[after++]!, context, ENVIRONMENT);
  }
  return { outcome, after };
}
