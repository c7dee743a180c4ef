// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of the language, evaluated by the engine
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTidegate, type Tidegate } from '../../src/index.ts';
import type { RunStatus } from '../../src/model/run.ts';

let tidegate: Tidegate;
beforeEach(async () => {
  tidegate = await startTidegate({ dataDir: { memory: true } });
  await put('child', {
    triggers: [
      {
        id: 'wait',
        activationEvents: [{ type: 'com.example.never' }],
        condition: { type: 'always' },
        actions: [{ type: 'complete' }],
      },
    ],
  });
});
afterEach(() => tidegate.stop({ graceMs: 0 }));

const put = (name: string, definition: unknown) =>
  tidegate.gateway.putWorkflow(name, { format: 'triggers', definition });

const starting = (more: object = {}) => ({
  type: 'start-run',
  workflow: 'child',
  run: 'c',
  input: {},
  ...more,
});

async function childReaches(status: RunStatus): Promise<void> {
  await expect
    .poll(async () => (await tidegate.gateway.getRun('child', 'c').catch(() => undefined))?.status, {
      timeout: 20_000,
    })
    .toBe(status);
}

describe('a run that another one waits for', () => {
  it('is cancelled with it', async () => {
    await put('parent', {
      triggers: [
        {
          id: 'go',
          activationEvents: [{ type: 'dev.tidegate.run.started' }],
          condition: { type: 'always' },
          actions: [starting()],
        },
      ],
    });
    await tidegate.gateway.startRun('parent', { id: 'p' });
    await childReaches('RUNNING');
    await tidegate.gateway.commandRun('parent', 'p', 'cancel');
    await childReaches('CANCELLED');
  });

  it('is cancelled with the scope that waits for it', async () => {
    await put('parent', {
      triggers: [
        {
          id: 'split',
          activationEvents: [{ type: 'dev.tidegate.run.started' }],
          condition: { type: 'always' },
          actions: [{ type: 'fork', name: 'items', items: [1] }],
        },
        {
          id: 'go',
          scope: 'items',
          activationEvents: [{ type: 'dev.tidegate.scope.started', subject: 'items' }],
          condition: { type: 'always' },
          actions: [starting()],
        },
        {
          id: 'enough',
          activationEvents: [{ type: 'com.example.enough' }],
          condition: { type: 'always' },
          actions: [{ type: 'cancel-fork', name: 'items' }, { type: 'complete' }],
        },
      ],
    });
    await tidegate.gateway.startRun('parent', { id: 'p' });
    await childReaches('RUNNING');
    await tidegate.gateway.publish([
      { specversion: '1.0', id: '1', source: '/t', type: 'com.example.enough', workflow: 'parent', run: 'p' },
    ]);
    await childReaches('CANCELLED');
    expect(await tidegate.gateway.getRun('parent', 'p')).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('is cancelled when it takes longer than it was given', async () => {
    await put('parent', {
      triggers: [
        {
          id: 'go',
          activationEvents: [{ type: 'dev.tidegate.run.started' }],
          condition: { type: 'always' },
          actions: [starting({ timeoutMs: 200 })],
        },
        {
          id: 'late',
          activationEvents: [{ type: 'dev.tidegate.task.failed', subject: 'go' }],
          condition: { type: 'always' },
          actions: [{ type: 'complete', output: '${ event.data.error }' }],
        },
      ],
    });
    const { run } = await tidegate.gateway.startRun('parent', {}, { waitMs: 30_000 });
    expect(run).toMatchObject({ status: 'SUCCEEDED', output: 'EFFECT_TIMEOUT' });
    await childReaches('CANCELLED');
  });

  it('goes on where nobody waits for it', async () => {
    await put('parent', {
      triggers: [
        {
          id: 'go',
          activationEvents: [{ type: 'dev.tidegate.run.started' }],
          condition: { type: 'always' },
          actions: [starting({ await: false })],
        },
        {
          id: 'done',
          activationEvents: [{ type: 'dev.tidegate.task.succeeded', subject: 'go' }],
          condition: { type: 'always' },
          actions: [{ type: 'fail', error: 'ENOUGH' }],
        },
      ],
    });
    await tidegate.gateway.startRun('parent', {}, { waitMs: 30_000 });
    await childReaches('RUNNING');
  });

  it('cannot be waited for by two: the second is told that it is there', async () => {
    const waiting = {
      triggers: [
        {
          id: 'go',
          activationEvents: [{ type: 'dev.tidegate.run.started' }],
          condition: { type: 'always' },
          actions: [starting()],
        },
        {
          id: 'refused',
          activationEvents: [{ type: 'dev.tidegate.task.failed', subject: 'go' }],
          condition: { type: 'always' },
          actions: [{ type: 'complete', output: '${ event.data.error }' }],
        },
      ],
    };
    await put('first', waiting);
    await put('second', waiting);
    await tidegate.gateway.startRun('first', { id: 'p' });
    await childReaches('RUNNING');
    const { run } = await tidegate.gateway.startRun('second', {}, { waitMs: 30_000 });
    expect(run).toMatchObject({ status: 'SUCCEEDED', output: 'RUN_EXISTS' });
    expect(await tidegate.gateway.getRun('first', 'p')).toMatchObject({ status: 'RUNNING' });
  });

  it('of a workflow that is not there fails at once', async () => {
    await put('parent', {
      triggers: [
        {
          id: 'go',
          activationEvents: [{ type: 'dev.tidegate.run.started' }],
          condition: { type: 'always' },
          actions: [starting({ workflow: 'nowhere' })],
        },
        {
          id: 'refused',
          activationEvents: [{ type: 'dev.tidegate.task.failed', subject: 'go' }],
          condition: { type: 'always' },
          actions: [{ type: 'complete', output: '${ event.data.error }' }],
        },
      ],
    });
    const { run } = await tidegate.gateway.startRun('parent', {}, { waitMs: 30_000 });
    expect(run).toMatchObject({ status: 'SUCCEEDED', output: 'WORKFLOW_NOT_FOUND' });
  });
});
