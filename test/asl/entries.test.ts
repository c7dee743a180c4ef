import { describe, expect, it } from 'vitest';
import type { StateMachine } from '../../src/compilers/asl/model.ts';
import { COMMANDS, drainRun } from '../../src/engine/index.ts';
import { Driver } from '../engine/drive.ts';
import { compiledMachine } from './run-in-engine.ts';

/** A loop through a Parallel whose one branch fails the first time; each round calls the same tasks in the same branches. */
const LOOP: StateMachine = {
  StartAt: 'Count',
  States: {
    Count: { Type: 'Pass', Parameters: { 'n.$': 'States.MathAdd($.n, 1)' }, Next: 'Both' },
    Both: {
      Type: 'Parallel',
      Branches: [
        {
          StartAt: 'Left',
          States: {
            Left: {
              Type: 'Task',
              Resource: 'arn:aws:lambda:us-east-1:123456789012:function:left',
              End: true,
            },
          },
        },
        {
          StartAt: 'Right',
          States: {
            Right: {
              Type: 'Task',
              Resource: 'arn:aws:lambda:us-east-1:123456789012:function:right',
              End: true,
            },
          },
        },
      ],
      Retry: [{ ErrorEquals: ['Again'], MaxAttempts: 2 }],
      ResultPath: null,
      Next: 'More',
    },
    More: {
      Type: 'Choice',
      Choices: [{ Variable: '$.n', NumericLessThan: 3, Next: 'Count' }],
      Default: 'Done',
    },
    Done: { Type: 'Succeed' },
  },
};

describe('the entries of a state', () => {
  it('are told apart, so that no two calls have one id, over loops and repeated attempts of a Parallel', () => {
    const ids: string[] = [];
    let fails = 2;
    const driver = new Driver(compiledMachine(LOOP), {
      input: { n: 0 },
      between: (each) => each.reload(),
      behaviour: (effect) => {
        ids.push(effect.id);
        if (effect.subject === 'Right' && fails-- > 0)
          return { failure: { code: 'Again', message: '', retryable: false } };
        return { result: 1 };
      },
    });
    driver.command(COMMANDS.start, { input: { n: 0 } });
    driver.finish();
    expect(driver.result).toMatchObject({ status: 'SUCCEEDED', output: { n: 3 } });
    expect(ids.length).toBeGreaterThanOrEqual(9);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('leave nothing behind in the store: a run that waits keeps its task and nothing of the states before', () => {
    const machine: StateMachine = {
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Next: 'B' },
        B: { Type: 'Choice', Choices: [{ Variable: '$', IsPresent: true, Next: 'C' }] },
        C: { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:123456789012:function:f', End: true },
      },
    };
    const driver = new Driver(compiledMachine(machine), { input: {}, behaviour: () => ({ result: null }) });
    driver.command(COMMANDS.start, { input: {} });
    const { cells } = drainRun(driver.run);
    expect(cells.map(([key]) => key[0]).filter((kind) => kind === 'c' || kind === 'm')).toEqual([]);
    expect(cells.filter(([key]) => key.startsWith('e'))).toHaveLength(1);
  });

  it('of a scope that was cancelled are not heard of any more, though they ended in the same step', () => {
    const failing = (name: string) => ({
      StartAt: name,
      States: { [name]: { Type: 'Fail', Error: 'Both', Cause: 'why' } as const },
    });
    const machine: StateMachine = {
      StartAt: 'P',
      States: {
        P: {
          Type: 'Parallel',
          Branches: [failing('F1'), failing('F2'), failing('F3')],
          Catch: [{ ErrorEquals: ['Both'], Next: 'Caught' }],
          End: true,
        },
        Caught: { Type: 'Pass', Result: 'once', Next: 'Later' },
        Later: { Type: 'Wait', Seconds: 5, Next: 'Last' },
        Last: { Type: 'Pass', End: true },
      },
    };
    const driver = new Driver(compiledMachine(machine), { input: {} });
    driver.command(COMMANDS.start, { input: {} });
    driver.finish();
    expect(driver.result).toMatchObject({ status: 'SUCCEEDED', output: 'once' });
    expect(driver.events.filter(({ subject }) => subject === 'Caught')).toHaveLength(1);
  });
});
