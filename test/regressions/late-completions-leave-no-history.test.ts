import { expect, it } from 'vitest';
import { Driver } from '../engine/drive.ts';

it('P8: a completion that comes after the end is not in the history, which redrive then finds whole', () => {
  const call = (name: string) => ({ type: 'function' as const, name, subject: name });
  const driver = new Driver({
    triggers: [
      {
        id: 'calls',
        activationEvents: [{ type: 'dev.tidegate.run.started' }],
        condition: { type: 'always' },
        actions: [call('fails'), call('succeeds')],
      },
      {
        id: 'failed',
        activationEvents: [{ type: 'dev.tidegate.task.failed' }],
        condition: { type: 'always' },
        actions: [{ type: 'fail' }],
      },
    ],
  }).start();
  const [fails, succeeds] = driver.pending;
  driver.fail(fails!, { retryable: false });
  driver.save();
  const whole = driver.history.length;
  driver.complete(succeeds!);
  driver.save();
  expect([driver.run.status, driver.history.length, driver.run.historyLength]).toEqual([
    'FAILED',
    whole,
    whole,
  ]);
});
