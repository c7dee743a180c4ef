import { expect, it } from 'vitest';
import { COMMANDS } from '../../src/engine/index.ts';
import { Driver } from '../engine/drive.ts';

const parent = {
  triggers: [
    {
      id: 'start',
      activationEvents: [{ type: 'dev.tidegate.run.started' }],
      condition: { type: 'always' as const },
      actions: [{ type: 'start-run' as const, workflow: 'child', retry: { maxAttempts: 3, errors: ['*'] } }],
    },
    {
      id: 'end',
      activationEvents: [{ type: 'dev.tidegate.task.succeeded', subject: 'start' }],
      condition: { type: 'always' as const },
      actions: [{ type: 'complete' as const, output: '${event.data}' }],
    },
  ],
};

it('P11: the end of a child that the log tells before the parent has decided again to start it is kept', () => {
  const driver = new Driver(parent).start();
  driver.fail(driver.pending[0]!);
  // The store came back from here; the log goes on with what had followed before.
  const ended = { effect: 'w/r::start:1.0:2', status: 'SUCCEEDED', output: 7 };
  driver.command(COMMANDS.runEnded, ended);
  driver.reload();
  expect(driver.run.status).toBe('RUNNING');
  driver.tick();
  expect(driver.result).toMatchObject({ status: 'SUCCEEDED', output: 7 });
});

it('P4: a report that comes again after its effect is done is not kept', () => {
  const driver = new Driver({ triggers: [parent.triggers[0]!] }).start();
  const ended = { effect: 'w/r::start:1.0:1', status: 'SUCCEEDED', output: 7 };
  driver.command(COMMANDS.runEnded, ended);
  driver.command(COMMANDS.runEnded, ended);
  expect(driver.run.reports).toBeUndefined();
});
