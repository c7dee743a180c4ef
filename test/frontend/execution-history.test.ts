import { afterAll, beforeAll, expect, it } from 'vitest';
import { COUNT_TWO, startTestFrontend, type TestFrontend } from './test-frontend.ts';

const MACHINE = {
  StartAt: 'A',
  States: { A: { Type: 'Pass', Result: 1, Next: 'B' }, B: { Type: 'Succeed' } },
};

let server: TestFrontend;
beforeAll(async () => {
  server = await startTestFrontend();
  await server.call('PUT', '/v1/workflows/machine', { format: 'asl', definition: MACHINE });
  await server.call('POST', '/v1/workflows/machine/runs?wait=10s', { id: 'r', input: {} });
});
afterAll(() => server.close());

const HISTORY = '/v1/workflows/machine/runs/r/execution-history';

it('a run of a state machine has a history as Step Functions tells it, page by page', async () => {
  const first = await server.call('GET', `${HISTORY}?limit=3`);
  expect(first).toMatchObject({
    status: 200,
    json: {
      items: [
        { id: 1, previousEventId: 0, type: 'ExecutionStarted', details: { input: '{}' } },
        { id: 2, previousEventId: 0, type: 'PassStateEntered', details: { name: 'A', input: '{}' } },
        { id: 3, previousEventId: 2, type: 'PassStateExited', details: { name: 'A', output: '1' } },
      ],
    },
  });
  const rest = await server.call('GET', `${HISTORY}?cursor=${first.json.cursor}`);
  expect(rest.json.items.map(({ type }: { type: string }) => type)).toEqual([
    'SucceedStateEntered',
    'SucceedStateExited',
    'ExecutionSucceeded',
  ]);
  expect(rest.json.cursor).toBeUndefined();
});

it('a run of anything else has none', async () => {
  await server.call('PUT', '/v1/workflows/w', { format: 'triggers', definition: COUNT_TWO });
  await server.call('POST', '/v1/workflows/w/runs', { id: 'r' });
  expect(await server.call('GET', '/v1/workflows/w/runs/r/execution-history')).toMatchObject({
    status: 422,
    json: { code: 'UNSUPPORTED_FORMAT' },
  });
  expect((await server.call('GET', `${HISTORY}/more`)).status).toBe(404);
});
