import { expect, it } from 'vitest';
import { COMMANDS } from '../../src/engine/index.ts';
import { Driver } from '../engine/drive.ts';

const chain = (last: unknown) => ({
  triggers: [
    {
      id: 'begin',
      activationEvents: [{ type: 'dev.tidegate.run.started' }],
      condition: { type: 'always' as const },
      actions: [
        { type: 'emit' as const, event: 'one' },
        { type: 'emit' as const, event: 'end' },
        { type: 'emit' as const, event: 'never' },
      ],
    },
    {
      id: 'end',
      activationEvents: [{ type: 'end' }],
      condition: { type: 'always' as const },
      actions: [last as { type: 'complete' }],
    },
  ],
});

it('P1: an event that waited for left-over work of a run that then ends becomes a dead letter', () => {
  const driver = new Driver(chain({ type: 'complete' }), { limits: { stepEvents: 1 } }).start();
  driver.event('outside', 'late');
  while (!driver.run.ended) driver.give({ kind: 'continue' });
  expect(driver.run.status).toBe('SUCCEEDED');
  expect(driver.out.deadLetters.map(({ reason, event }) => [reason, event?.subject])).toEqual([
    ['EVENT_FOR_ENDED_RUN', 'late'],
  ]);
});

it('P9: a paused run with scopes still to open waits without turning in circles', () => {
  const driver = new Driver(
    {
      triggers: [
        {
          id: 'begin',
          activationEvents: [{ type: 'dev.tidegate.run.started' }],
          condition: { type: 'always' },
          actions: [{ type: 'fork', name: 'each', items: [1, 2], concurrency: 1 }],
        },
        {
          id: 'work',
          scope: 'each',
          activationEvents: [{ type: 'dev.tidegate.scope.started', subject: 'each' }],
          condition: { type: 'always' },
          actions: [{ type: 'function', name: 'f' }],
        },
        {
          id: 'end',
          scope: 'each',
          activationEvents: [{ type: 'dev.tidegate.task.succeeded', subject: 'work' }],
          condition: { type: 'always' },
          actions: [{ type: 'end-scope' }],
        },
        {
          id: 'join',
          activationEvents: [
            { type: 'dev.tidegate.scope.ended', subject: 'each' },
            { type: 'dev.tidegate.scope.forked', subject: 'each' },
          ],
          condition: { type: 'join', by: 'index' },
          actions: [{ type: 'complete' }],
        },
      ],
    },
    { limits: { stepEvents: 1 } },
  );
  driver.command(COMMANDS.start);
  for (let i = 0; i < 5 && driver.pending.length === 0; i++) driver.give({ kind: 'continue' });
  driver.command(COMMANDS.pause);
  driver.complete(driver.pending[0]!);
  const timers = () => [...(driver.run.timers?.keys() ?? [])];
  expect([driver.run.status, timers()]).toEqual(['PAUSED', []]);
  driver.reload();
  driver.command(COMMANDS.resume);
  driver.finish();
  expect(driver.run.status).toBe('SUCCEEDED');
});
