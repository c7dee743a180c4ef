import type { Effect } from '../model/effect.ts';
import { requireWithin } from '../model/limits.ts';
import type { Step } from './step.ts';
import type { Timer } from './timer.ts';

/** Makes an effect pending and hands it out; asynchronous ones get their durable deadlines. */
export function startEffect(step: Step, effect: Effect): void {
  const { run } = step;
  requireWithin(
    step.workflow.limits,
    'pendingEffects',
    (run.effects?.size ?? 0) + 1,
    'the number of pending effects',
  );
  run.putEffect(effect);
  step.planned.push(effect.id);
  step.out.effects.push(effect);
  armDeadlines(effect, step.now, (timer) => step.setTimer(timer));
}

/**
 * The durable deadlines of an effect that its target reports on. Heartbeats count from the hand-over: until the target has
 * taken the effect nobody can send one.
 */
export function armDeadlines(effect: Effect, now: number, set: (timer: Timer) => void): void {
  if (!effect.async) return;
  const { timeoutMs, heartbeatMs } = effect.policy;
  const deadline = (kind: 'deadline' | 'heartbeat', ms: number) =>
    set({
      id: `${kind === 'deadline' ? 'a' : 'h'}${effect.id}`,
      at: now + ms,
      scope: effect.scope,
      kind,
      effectId: effect.id,
    });
  if (timeoutMs !== undefined) deadline('deadline', timeoutMs);
  if (heartbeatMs !== undefined && effect.dispatched) deadline('heartbeat', heartbeatMs);
}

/** The target has taken the effect, and reports from now on. */
export function handOver(step: Step, effect: Effect): void {
  const dispatched: Effect = { ...effect, dispatched: true };
  step.run.putEffect(dispatched);
  beat(step, dispatched);
}

/** The next heartbeat is expected within the time that the effect's policy gives. */
export function beat(step: Step, { id: effectId, scope, policy: { heartbeatMs } }: Effect): void {
  if (heartbeatMs === undefined) return;
  step.setTimer({ id: `h${effectId}`, at: step.now + heartbeatMs, scope, kind: 'heartbeat', effectId });
}
