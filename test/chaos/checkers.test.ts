import { beforeAll, describe, expect, it } from 'vitest';
import type { HistoryEntry } from '../../src/engine/index.ts';
import type { FinalRun } from '../simulator/outcome.ts';
import { check } from './checkers/index.ts';
import { calmOutcome } from './in-memory.ts';
import type { ChaosOutcome } from './outcome.ts';
import type { FunctionCall } from './world/functions.ts';

let outcome: ChaosOutcome;
beforeAll(async () => {
  outcome = await calmOutcome(1);
});

/** The same outcome with a run tampered with. */
function withRun(
  where: (run: FinalRun) => boolean,
  change: (run: FinalRun) => Partial<FinalRun>,
): ChaosOutcome {
  const found = [...outcome.runs.values()].find(where);
  if (found === undefined) throw new Error('no such run in the outcome');
  const runs = new Map(outcome.runs);
  runs.set(found.key, { ...found, ...change(found) });
  return { ...outcome, runs };
}

function withCalls(change: (calls: readonly FunctionCall[]) => readonly FunctionCall[]): ChaosOutcome {
  const functionCalls = change(outcome.functionCalls);
  const kept = new Set(functionCalls);
  const calls = outcome.calls.filter((_, at) => kept.has(outcome.functionCalls[at]!));
  const added = functionCalls
    .filter((call) => !outcome.functionCalls.includes(call))
    .map(({ effect, path, body, at }) => {
      const [run = '', , trigger = ''] = effect.split(':');
      return {
        effect,
        kind: 'http',
        run,
        trigger,
        request: `POST ${path} ${body}`,
        at,
        stored: true,
        life: 0,
      };
    });
  return { ...outcome, functionCalls, calls: [...calls, ...added] };
}

const isTally = ({ key }: FinalRun) => key.startsWith('tally-');
const isOrder = ({ key }: FinalRun) => key.startsWith('orders/');
const isEvent = ({ kind }: HistoryEntry) => kind === 'event';
const sample = { partition: 0, life: 0, epoch: 3, token: 'a', position: 10, checkpoint: 5 };

describe('the checkers of a chaos run', () => {
  it('find nothing in what held', () => {
    expect(check(outcome)).toEqual([]);
    expect(outcome.functionCalls.length).toBeGreaterThan(20);
  });

  const tampered: [what: string, promise: string, () => ChaosOutcome][] = [
    [
      'an acknowledged event is gone',
      'P1',
      () =>
        withRun(isTally, ({ history }) => ({
          history: history.filter((entry) => entry !== history.find(isEvent)),
        })),
    ],
    ['a dead letter is gone', 'P1', () => ({ ...outcome, deadLetters: outcome.deadLetters.slice(1) })],
    [
      'an event was applied twice',
      'P2',
      () => withRun(isTally, ({ history }) => ({ history: [...history, history.find(isEvent)!] })),
    ],
    [
      'the join of an order was called for twice',
      'P3',
      () =>
        withCalls((calls) => {
          const call = calls.find(({ path }) => path === '/ship')!;
          return [...calls, { ...call, effect: call.effect.replace(/:1\.0:(\d+)$/, ':2.0:$1') }];
        }),
    ],
    [
      'the join of an order was never called for',
      'P3',
      () =>
        withCalls((calls) => {
          const { effect } = calls.find(({ path }) => path === '/ship')!;
          return calls.filter((call) => call.effect !== effect);
        }),
    ],
    [
      'a counter was called for less often than it fired',
      'P3',
      () =>
        withCalls((calls) => {
          const { effect } = calls.find((call) => call.effect.includes(':ref-every:'))!;
          return calls.filter((call) => call.effect !== effect);
        }),
    ],
    [
      'one attempt was two calls',
      'P4',
      () => withCalls((calls) => [...calls, { ...calls[0]!, body: '{"other":true}' }]),
    ],
    [
      'something was called that nobody decided',
      'P4',
      () => withCalls((calls) => [...calls, { ...calls[0]!, effect: 'orders/none::packed:1.0:1' }]),
    ],
    [
      'an end was recorded without a call',
      'P4',
      () => {
        const { effect } = outcome.functionCalls.find(({ path }) => path === '/echo')!;
        return withCalls((calls) => calls.filter((call) => call.effect !== effect));
      },
    ],
    [
      'a checkpoint of a former owner was kept',
      'P5',
      () => ({ ...outcome, owners: [sample, { ...sample, token: 'b', checkpoint: 6 }] }),
    ],
    [
      'a position went back without a loss',
      'P5',
      () => ({ ...outcome, owners: [sample, { ...sample, position: 9, checkpoint: 6 }] }),
    ],
    [
      'a run did not come to its end',
      'P6',
      () => {
        const runs = new Map(outcome.runs);
        runs.delete([...runs.keys()].find((key) => key.startsWith('parent/'))!);
        return { ...outcome, runs };
      },
    ],
    [
      'a state is not what its history makes',
      'P8',
      () =>
        withRun(isTally, ({ cells }) => {
          const [cell] = [...cells].find(([, value]) => value.includes('count'))!;
          return {
            cells: new Map([...cells, [cell, cells.get(cell)!.replace(/"count":\d+/, '"count":99')]]),
          };
        }),
    ],
    [
      'an end has no cause in the history',
      'P8',
      () =>
        withRun(isOrder, ({ history }) => ({
          history: history.filter(({ kind }) => kind !== 'completion'),
        })),
    ],
    [
      'an innocent event was put aside',
      'P10',
      () => ({
        ...outcome,
        deadLetters: [
          ...outcome.deadLetters,
          { ...outcome.deadLetters[0]!, reason: 'POISONOUS_EVENT', event: '{"id":"x","source":"/chaos"}' },
        ],
      }),
    ],
  ];
  it.each(tampered)('notice that %s', (_, promise, tamper) => {
    const found = check(tamper());
    expect(found.filter((line) => line.startsWith(`${promise}: `))).not.toEqual([]);
  });

  it('take a position that goes back with the store for what it is', () => {
    const owners = [sample, { ...sample, life: 1, epoch: 2, position: 4, checkpoint: 2 }];
    expect(check({ ...outcome, owners })).toEqual([]);
  });
});
