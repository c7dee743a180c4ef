import { describe, expect, it } from 'vitest';
import { ACCEPTED, EffectError, type Invoker } from '../../src/actions/index.ts';
import type { Completion, Effect, EffectPolicy } from '../../src/model/effect.ts';
import { Dispatcher } from '../../src/workers/dispatcher.ts';
import { settled, VirtualClock } from './virtual-clock.ts';

interface Call {
  readonly id: string;
  readonly at: number;
  readonly signal: AbortSignal;
  readonly answer: (result?: unknown) => void;
  readonly refuse: (error: unknown) => void;
}

/** A dispatcher with one kind of effect, whose calls are answered by hand. */
function arrange(invoke?: Invoker['invoke'], more: Partial<Invoker> = {}) {
  const clock = new VirtualClock();
  const calls: Call[] = [];
  const invoker: Invoker = {
    ...more,
    targetOf: (effect) => (effect.request as { target: string }).target,
    invoke:
      invoke ??
      ((effect, { signal }) =>
        new Promise((answer, refuse) => {
          calls.push({ id: effect.id, at: clock.now(), signal, answer, refuse });
        })),
  };
  const dispatcher = new Dispatcher(new Map([['call', invoker]]), clock);
  const completions: Completion[] = [];
  const perform = (
    id: string,
    policy: EffectPolicy = {},
    more: Partial<Effect> & { target?: string } = {},
  ) => {
    const { target = 'one', ...rest } = more;
    const effect: Effect = {
      id,
      kind: 'call',
      run: 'w/r',
      scope: '',
      trigger: 't',
      activation: 1,
      place: 0,
      attempt: 1,
      request: { target },
      policy,
      subject: 's',
      ...rest,
    };
    dispatcher.perform(effect, (completion) => void completions.push(completion));
  };
  const callOf = (id: string) => calls.find((call) => call.id === id)!;
  const failureOf = (id: string) => {
    const completion = completions.find(({ effect }) => effect === id);
    return completion?.outcome === 'failed' ? completion.failure : undefined;
  };
  return { clock, calls, callOf, dispatcher, completions, failureOf, perform };
}

const idsOf = (calls: readonly Call[]) => calls.map(({ id }) => id);

describe('the dispatcher', () => {
  it('hands back what became of each effect', async () => {
    const { perform, callOf, completions } = arrange();
    for (const id of ['a', 'b', 'c', 'd', 'e']) perform(id);
    callOf('a').answer({ n: 1 });
    callOf('b').answer();
    callOf('c').answer(ACCEPTED);
    callOf('d').refuse(new EffectError({ code: 'EFFECT_REFUSED', message: 'no', retryable: false }));
    callOf('e').refuse(new TypeError('odd'));
    await settled();
    expect(completions).toEqual([
      { effect: 'a', outcome: 'succeeded', result: { n: 1 } },
      { effect: 'b', outcome: 'succeeded', result: null },
      { effect: 'c', outcome: 'accepted' },
      {
        effect: 'd',
        outcome: 'failed',
        failure: { code: 'EFFECT_REFUSED', message: 'no', retryable: false },
      },
      { effect: 'e', outcome: 'failed', failure: { code: 'TypeError', message: 'odd', retryable: true } },
    ]);
  });

  it('an invoker that throws before it calls fails its effect alone', async () => {
    const { perform, completions } = arrange(() => {
      throw new Error('at once');
    });
    perform('a');
    await settled();
    expect(completions).toMatchObject([
      { effect: 'a', failure: { code: 'FUNCTION_FAILED', message: 'at once' } },
    ]);
  });

  it('an effect no invoker is installed for fails at once, and for good', () => {
    const { perform, failureOf } = arrange();
    perform('a', {}, { kind: 'unknown' });
    expect(failureOf('a')).toMatchObject({ code: 'ACTION_FAILED', retryable: false });
  });

  it('calls a target so often at once as the policy says, in the order asked', async () => {
    const { perform, calls, callOf, dispatcher } = arrange();
    for (const id of ['a', 'b', 'c', 'd']) perform(id, { concurrency: 2 });
    expect(idsOf(calls)).toEqual(['a', 'b']);
    expect([dispatcher.inFlight, dispatcher.waiting]).toEqual([2, 2]);
    callOf('b').answer();
    await settled();
    expect(idsOf(calls)).toEqual(['a', 'b', 'c']);
    callOf('a').refuse(new Error('failed'));
    await settled();
    expect(idsOf(calls)).toEqual(['a', 'b', 'c', 'd']);
    expect([dispatcher.inFlight, dispatcher.waiting]).toEqual([2, 0]);
  });

  it('a slow target does not hold up others', () => {
    const { perform, calls } = arrange();
    for (const id of ['a', 'b']) perform(id, { concurrency: 1 }, { target: 'slow' });
    perform('c', { concurrency: 1 }, { target: 'quick' });
    expect(idsOf(calls)).toEqual(['a', 'c']);
  });

  it('starts no more calls per second than the policy says', async () => {
    const { clock, perform, calls } = arrange();
    for (let i = 0; i < 6; i++) perform(`${i}`, { ratePerSecond: 4 });
    expect(calls).toHaveLength(1);
    await clock.to(3000);
    expect(calls.map(({ at }) => at)).toEqual([0, 250, 500, 750, 1000, 1250]);
    perform('later', { ratePerSecond: 4 });
    expect(calls.at(-1)).toMatchObject({ id: 'later', at: 3000 });
  });

  it('lets go of targets that are at rest, those with a rate limit too', async () => {
    const { clock, perform, callOf, dispatcher } = arrange();
    for (let i = 0; i < 100; i++) {
      perform(`${i}`, { ratePerSecond: 1 }, { target: `t${i}` });
      callOf(`${i}`).answer();
    }
    await clock.to(60_000);
    expect(dispatcher.targets).toBe(0);
    expect(clock.waiting).toBeLessThanOrEqual(1);
  });

  it('a call that takes too long fails with a time-out, also if the target ignores the abort', async () => {
    const { clock, perform, calls, callOf, completions, failureOf } = arrange();
    perform('a', { timeoutMs: 100, concurrency: 1 });
    perform('b', { concurrency: 1 });
    await clock.to(99);
    expect(completions).toEqual([]);
    await clock.to(100);
    expect(failureOf('a')).toEqual({
      code: 'EFFECT_TIMEOUT',
      message: 'the call took longer than 100 ms',
      retryable: true,
    });
    expect(callOf('a').signal.aborted).toBe(true);
    expect(idsOf(calls)).toEqual(['a', 'b']);
    callOf('a').answer('too late');
    await settled();
    expect(completions).toHaveLength(1);
  });

  it('gives a call a minute where the policy says nothing, and its deadline not to its successor', async () => {
    const { clock, perform, callOf, completions, failureOf } = arrange();
    perform('a', { timeoutMs: 100 });
    callOf('a').answer();
    await clock.to(50);
    perform('b');
    await clock.to(60_049);
    expect(completions).toHaveLength(1);
    await clock.to(60_050);
    expect(failureOf('b')?.message).toBe('the call took longer than 60000 ms');
  });

  it('an asynchronous effect has a minute to be accepted; its own time-out is for the report', async () => {
    const { clock, perform, completions, failureOf } = arrange();
    perform('a', { timeoutMs: 5 }, { async: true });
    await clock.to(59_999);
    expect(completions).toEqual([]);
    await clock.to(60_000);
    expect(failureOf('a')?.message).toBe('the call took longer than 60000 ms');
  });

  it('a cancelled effect completes never: one that waits is dropped, one under way aborted', async () => {
    const { perform, calls, callOf, dispatcher, completions } = arrange();
    for (const id of ['a', 'b', 'c']) perform(id, { concurrency: 1 });
    dispatcher.cancel('b');
    dispatcher.cancel('a');
    dispatcher.cancel('unknown');
    await settled();
    expect(callOf('a').signal.aborted).toBe(true);
    expect(idsOf(calls)).toEqual(['a', 'c']);
    expect(completions).toEqual([]);
  });

  it('an effect handed over twice is called once, and completes once', async () => {
    const { perform, calls, callOf, completions } = arrange();
    perform('a', { concurrency: 3 });
    perform('a', { concurrency: 3 });
    expect(calls).toHaveLength(1);
    callOf('a').answer();
    await settled();
    expect(completions).toHaveLength(1);
    perform('b', { concurrency: 1 });
    perform('c', { concurrency: 1 });
    perform('c', { concurrency: 1 });
    callOf('b').answer();
    await settled();
    callOf('c').answer();
    await settled();
    expect(idsOf(calls)).toEqual(['a', 'b', 'c']);
    expect(completions).toHaveLength(3);
  });

  it('stopped, aborts what is under way, starts nothing more and completes nothing', async () => {
    const { clock, perform, calls, callOf, dispatcher, completions } = arrange();
    perform('a', { ratePerSecond: 1 });
    perform('b', { ratePerSecond: 1 });
    dispatcher.stop();
    perform('c');
    await clock.to(100_000);
    expect(callOf('a').signal.aborted).toBe(true);
    expect(idsOf(calls)).toEqual(['a']);
    expect(completions).toEqual([]);
    expect(clock.waiting).toBe(0);
  });
});

describe('an invoker that is patient', () => {
  it('hands over for as long as it takes; others have a minute', async () => {
    for (const [patient, code] of [
      [true, undefined],
      [false, 'EFFECT_TIMEOUT'],
    ] as const) {
      const { clock, callOf, failureOf, completions, perform } = arrange(undefined, { patient });
      perform('a', {}, { async: true });
      await clock.to(3_600_000);
      expect(failureOf('a')?.code).toBe(code);
      if (!patient) continue;
      callOf('a').answer(ACCEPTED);
      await settled();
      expect(completions).toEqual([{ effect: 'a', outcome: 'accepted' }]);
    }
  });
});

it('an invoker says how long handing over may take, whatever time the report has', async () => {
  const { clock, callOf, failureOf, completions, perform } = arrange(undefined, { handOverMs: 900_000 });
  perform('a', { timeoutMs: 100 }, { async: true });
  perform('b', {}, { async: true });
  await clock.to(800_000);
  callOf('a').answer(ACCEPTED);
  await settled();
  expect(completions).toEqual([{ effect: 'a', outcome: 'accepted' }]);
  await clock.to(900_000);
  expect(failureOf('b')?.code).toBe('EFFECT_TIMEOUT');
});
