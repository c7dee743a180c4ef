import type { Effect } from './effect.ts';

/**
 * An effect as it is stored under its id: without what the id or the run's key tells, and without what is empty. Its cell is
 * written with every task of every run, so each byte counts.
 */
type StoredEffect = Omit<
  Effect,
  'id' | 'run' | 'activation' | 'place' | 'attempt' | 'scope' | 'policy' | 'subject'
> &
  Partial<Pick<Effect, 'scope' | 'policy' | 'subject'>>;

export function encodeEffect(effect: Effect): StoredEffect {
  const {
    id: _,
    run: __,
    activation: ___,
    place: ____,
    attempt: _____,
    scope,
    policy,
    subject,
    ...rest
  } = effect;
  return {
    ...rest,
    ...(scope !== '' && { scope }),
    ...(!isEmpty(policy) && { policy }),
    ...(subject !== effect.trigger && { subject }),
  };
}

/** `id` as in `effectId`: activation, place and attempt stand at its end. */
export function decodeEffect(run: string, id: string, text: string): Effect {
  const stored = JSON.parse(text) as StoredEffect;
  const attemptAt = id.lastIndexOf(':');
  const activationAt = id.lastIndexOf(':', attemptAt - 1);
  const [activation, place] = id.slice(activationAt + 1, attemptAt).split('.');
  return {
    ...stored,
    id,
    run,
    scope: stored.scope ?? '',
    policy: stored.policy ?? {},
    subject: stored.subject ?? stored.trigger,
    activation: Number(activation),
    place: Number(place),
    attempt: Number(id.slice(attemptAt + 1)),
  };
}

function isEmpty(value: object): boolean {
  for (const _ in value) return false;
  return true;
}
