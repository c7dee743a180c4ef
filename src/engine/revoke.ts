import { type Effect, effectId } from '../model/effect.ts';
import { startEffect } from './effects.ts';
import type { Step } from './step.ts';

/** Kind of the effect that ends what another one started, once nobody waits for it any more. */
export const REVOKE = 'revoke';

/** What the invoker of `revoke` gets. */
export interface RevokeRequest {
  readonly effect: Effect;
}

/** Added to the place of the effect that is revoked, so that both ids have one form and differ. */
const PLACES = 10_000;

/** Told of effects that are dropped while they wait for another run: that run is ended too. */
export function revokeEffect(step: Step, effect: Effect): void {
  if (effect.revocable !== true) return;
  const { run, scope, trigger, activation, attempt, kind, id } = effect;
  const place = effect.place + PLACES;
  const { input: _, ...request } = effect.request as Record<string, unknown>;
  startEffect(step, {
    id: effectId(run, scope, trigger, activation, place, attempt),
    kind: REVOKE,
    run,
    // Of the root: the scope of the effect is being closed.
    scope: '',
    trigger,
    activation,
    place,
    attempt,
    request: { effect: { id, kind, run, request } } as unknown as RevokeRequest,
    policy: { retry: { maxAttempts: 1_000_000, intervalMs: 200, maxDelayMs: 10_000, errors: ['*'] } },
    subject: REVOKE,
  });
}
