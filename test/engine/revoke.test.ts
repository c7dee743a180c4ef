import { expect, it } from 'vitest';
import { REVOKE } from '../../src/engine/index.ts';
import { RUN_STARTED, trigger } from './define.ts';
import { Driver } from './drive.ts';

it('a run at the limit of its pending effects can still end what took too long', () => {
  const driver = new Driver(
    {
      triggers: [trigger('go', RUN_STARTED, [{ type: 'start-run', workflow: 'child', timeoutMs: 100 }])],
    },
    { limits: { pendingEffects: 1 } },
  ).start();
  driver.now += 100;
  const timer = [...driver.run.timers!.values()][0]!;
  driver.give({ kind: 'timer', id: timer.id, at: timer.at });
  expect(driver.pending.map(({ kind }) => kind)).toEqual([REVOKE]);
});
