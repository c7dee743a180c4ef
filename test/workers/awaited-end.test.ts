import { expect, test } from 'vitest';
import type { StoredRun } from '../../src/stores/state-store.ts';
import { CommandSender } from '../../src/workers/command-sender.ts';
import type { RunNotice } from '../../src/workers/gateway.ts';
import { GatewayRuns } from '../../src/workers/gateway-runs.ts';
import type { GatewayWorkflows } from '../../src/workers/gateway-workflows.ts';
import type { GatewayDependencies } from '../../src/workers/local-gateway.ts';
import { documentOfHead } from '../../src/workers/run-notices.ts';
import type { Watch } from '../../src/workers/watch.ts';

const RUNNING: StoredRun = {
  head: { key: 'w/r', version: 1, status: 'RUNNING', startedAt: 1_000, body: '{"input":null}' },
  cells: [],
};
const ENDED: StoredRun = {
  ...RUNNING,
  head: { ...RUNNING.head, status: 'SUCCEEDED', endedAt: 2_000, body: '{"input":null,"output":7}' },
};

test('a notice of the end that overtakes an older look at the run counts', async () => {
  const listeners = new Set<(notice: RunNotice) => void>();
  const watch: Watch = {
    commandId: (token) => token,
    onReply: () => () => undefined,
    onRun: (_, __, listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const getRun = async () => {
    // What was read before the end arrives after the notice of it: they come over different connections.
    for (const listener of listeners) listener({ kind: 'run', run: documentOfHead(ENDED.head) });
    return RUNNING;
  };
  const after = () => {
    throw new Error('waits for what it has been told already');
  };
  const deps = { store: { getRun }, watch, clock: { now: () => 0, after } } as unknown as GatewayDependencies;
  const runs = new GatewayRuns(deps, new CommandSender(deps), {} as GatewayWorkflows);
  expect(await runs.awaitEnd('w', 'r', 30_000)).toMatchObject({ status: 'SUCCEEDED', output: 7 });
  expect(listeners.size).toBe(0);
});
