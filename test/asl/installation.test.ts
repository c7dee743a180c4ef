import { expect, it, onTestFinished } from 'vitest';
import { startTidegate, type Tidegate } from '../../src/index.ts';
import { arnScopeOf } from '../../src/model/step-functions-arns.ts';

async function started(options: Parameters<typeof startTidegate>[0] = {}): Promise<Tidegate> {
  const tidegate = await startTidegate({ dataDir: { memory: true }, ...options });
  onTestFinished(() => tidegate.stop({ graceMs: 0 }));
  return tidegate;
}

it('the context object tells the region and account of the installation', async () => {
  const { gateway } = await started({ arns: arnScopeOf({ region: 'eu-north-1', account: '210987654321' }) });
  const definition = {
    StartAt: 'Tell',
    States: { Tell: { Type: 'Pass', Parameters: { 'id.$': '$$.Execution.Id' }, End: true } },
  };
  await gateway.putWorkflow('tell', { format: 'asl', definition });
  const { run } = await gateway.startRun('tell', { id: 'r', input: {} }, { waitMs: 30_000 });
  expect(run.output).toEqual({ id: 'arn:aws:states:eu-north-1:210987654321:execution:tell:r' });
});

it('a run may be given a time at its start, and ends by it as by a time of its definition', async () => {
  const { gateway } = await started();
  const definition = { StartAt: 'Long', States: { Long: { Type: 'Wait', Seconds: 3_600, End: true } } };
  await gateway.putWorkflow('long', { format: 'asl', definition });
  const { run } = await gateway.startRun('long', { input: {}, timeoutMs: 50 }, { waitMs: 30_000 });
  expect(run).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout' });
});
