import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCEPTED, type Invoker } from '../../src/actions/action.ts';
import { signCallback } from '../../src/actions/callback-token.ts';
import { startTestFrontend, type TestFrontend } from './test-frontend.ts';

let server: TestFrontend;
const tokens: string[] = [];

beforeAll(async () => {
  // Takes calls as a target would that answers at once and reports later.
  const invokers = (key: string) =>
    new Map<string, Invoker>([
      [
        'http',
        {
          targetOf: () => 'test',
          async invoke({ run, id }) {
            tokens.push(signCallback(key, { run, effect: id }));
            return ACCEPTED;
          },
        },
      ],
    ]);
  server = await startTestFrontend({ apiKeys: ['a-configured-key-of-some-length'] }, { invokers });
  const definition = {
    run: 'started',
    triggers: [
      {
        id: 'call',
        activationEvents: [{ type: 'dev.tidegate.run.started' }],
        condition: { type: 'always' },
        actions: [{ type: 'http', url: 'http://127.0.0.1:9/', callback: true, subject: 'work' }],
      },
      {
        id: 'end',
        activationEvents: [{ type: 'dev.tidegate.task.succeeded', subject: 'work' }],
        condition: { type: 'always' },
        actions: [{ type: 'complete', output: '${event.data}' }],
      },
      {
        id: 'failed',
        activationEvents: [{ type: 'dev.tidegate.task.failed', subject: 'work' }],
        condition: { type: 'always' },
        actions: [{ type: 'fail', error: 'GAVE_UP' }],
      },
    ],
  };
  await server.engine.gateway.putWorkflow('w', { format: 'triggers', definition });
});
afterAll(() => server.close());

/** A run whose call has been made, and the token it was made with. */
async function called(id: string): Promise<string> {
  tokens.length = 0;
  await server.engine.gateway.startRun('w', { id });
  await expect.poll(() => tokens.length).toBe(1);
  return tokens[0] as string;
}

describe('a callback', () => {
  it('completes its effect once, without an API key, after any number of heartbeats', async () => {
    const token = await called('good');
    const report = (verb: string, body?: unknown) =>
      server.call('POST', `/v1/callbacks/${token}/${verb}`, body);
    expect(await report('heartbeat')).toMatchObject({ status: 200, json: { applied: true } });
    expect(await report('success', { pages: 3 })).toMatchObject({ status: 200, json: { applied: true } });
    const run = await server.engine.gateway.awaitEnd('w', 'good', 5_000);
    expect(run).toMatchObject({ status: 'SUCCEEDED', output: { pages: 3 } });
    expect(await report('success', { pages: 4 })).toMatchObject({
      status: 410,
      json: { code: 'CALLBACK_CLOSED' },
    });
    const forged = token.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    const answer = await server.call('POST', `/v1/callbacks/${forged}/success`);
    expect(answer).toMatchObject({ status: 403, json: { code: 'INVALID_TOKEN' } });
    expect(answer.text).not.toContain(forged);
  });

  it('fails its effect with what went wrong', async () => {
    const token = await called('bad');
    const path = `/v1/callbacks/${token}/failure`;
    expect((await server.call('POST', path, { error: 1 })).json).toMatchObject({
      code: 'INVALID_BODY',
      pointer: '/error',
    });
    expect((await server.call('POST', path, { error: 'NO_PAPER', cause: 'tray 2' })).status).toBe(200);
    expect(await server.engine.gateway.awaitEnd('w', 'bad', 5_000)).toMatchObject({
      status: 'FAILED',
      error: 'GAVE_UP',
    });
  });
});
