import { onTestFinished } from 'vitest';
import type { EffectError } from '../../src/actions/action.ts';
import { type OutgoingOptions, undiciOutgoing } from '../../src/actions/outgoing.ts';
import { type Effect, type EffectFailure, effectId } from '../../src/model/effect.ts';

export function outgoing(options: Partial<OutgoingOptions> = {}) {
  const made = undiciOutgoing({ allowLoopback: true, ...options });
  onTestFinished(() => made.close());
  return made;
}

const RUN = 'orders/run-1';

export function effect(kind: string, request: unknown, more: Partial<Effect> = {}): Effect {
  return {
    id: effectId(RUN, '', 'bill', 1, 0, 1),
    kind,
    run: RUN,
    scope: '',
    trigger: 'bill',
    activation: 1,
    place: 0,
    attempt: 1,
    request,
    policy: {},
    subject: 'bill',
    ...more,
  };
}

export const neverAborted = new AbortController().signal;
export const never = { signal: neverAborted };

/** The failure that a call ends with. */
export async function failure(call: Promise<unknown>): Promise<EffectFailure> {
  const error = await call.then(
    (result) => {
      throw new Error(`expected a failure, got ${JSON.stringify(result)}`);
    },
    (thrown: unknown) => thrown as EffectError,
  );
  if (error.failure === undefined) throw error;
  return error.failure;
}
