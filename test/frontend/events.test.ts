import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  BATCH,
  COUNT_TWO,
  event,
  STRUCTURED,
  startTestFrontend,
  type TestFrontend,
} from './test-frontend.ts';

let server: TestFrontend;
beforeAll(async () => {
  server = await startTestFrontend();
  await server.call('PUT', '/v1/workflows/w', { format: 'triggers', definition: COUNT_TWO });
});
afterAll(() => server.close());

const started = (id: string) => server.call('POST', '/v1/workflows/w/runs', { id });
const statusOf = async (id: string) => (await server.call('GET', `/v1/workflows/w/runs/${id}`)).json.status;

describe('events', () => {
  it('are taken in binary and structured mode alike, and counted once per source and id', async () => {
    await started('modes');
    const binary = {
      'ce-specversion': '1.0',
      'ce-id': '1',
      'ce-source': '/test',
      'ce-type': 'done',
      'ce-workflow': 'w',
      'ce-run': 'modes',
    };
    expect((await server.call('POST', '/v1/events', undefined, binary)).status).toBe(202);
    const again = JSON.stringify(event('1', { workflow: 'w', run: 'modes' }));
    expect((await server.call('POST', '/v1/events', again, STRUCTURED)).status).toBe(202);
    const text = { ...binary, 'ce-id': '2', 'content-type': 'text/plain' };
    await expect
      .poll(
        async () => (await server.call('GET', '/v1/workflows/w/runs/modes/contexts')).json.items[0]?.values,
      )
      .toEqual({ count: 1 });
    expect((await server.call('POST', '/v1/events', 'hello', text)).json).toEqual({ accepted: 1 });
    await expect.poll(() => statusOf('modes')).toBe('SUCCEEDED');
  });

  it('of a batch with one bad among them are refused all together, naming the place', async () => {
    const events = [event('1', { workflow: 'w', run: 'none' }), { ...event('2'), type: 7 }];
    expect(await server.call('POST', '/v1/events', JSON.stringify(events), BATCH)).toMatchObject({
      status: 400,
      json: { code: 'INVALID_EVENT', pointer: '/1/type' },
    });
    expect((await server.call('POST', '/v1/events', '[]', BATCH)).json).toEqual({ accepted: 0 });
  });

  it('of the types that the engine keeps for itself are refused', async () => {
    const forged = JSON.stringify(
      event('1', { type: 'dev.tidegate.command.cancel', workflow: 'w', run: 'x' }),
    );
    expect(await server.call('POST', '/v1/events', forged, STRUCTURED)).toMatchObject({
      status: 403,
      json: { code: 'RESERVED_TYPE' },
    });
  });

  it('sent to a run belong to it', async () => {
    await started('own');
    const path = '/v1/workflows/w/runs/own/events';
    expect(
      await server.call('POST', path, JSON.stringify(event('1', { run: 'other' })), STRUCTURED),
    ).toMatchObject({
      status: 400,
      json: { code: 'INVALID_EVENT', pointer: '/run' },
    });
    const both = JSON.stringify([event('1'), event('2', { run: 'own' })]);
    expect((await server.call('POST', path, both, BATCH)).json).toEqual({ accepted: 2 });
    await expect.poll(() => statusOf('own')).toBe('SUCCEEDED');
    const nobody = await server.call('POST', path.replace('own', 'none'), both, BATCH);
    expect(nobody.json.code).toBe('INVALID_EVENT');
    const absent = JSON.stringify(event('1'));
    expect((await server.call('POST', path.replace('own', 'none'), absent, STRUCTURED)).json.code).toBe(
      'RUN_NOT_FOUND',
    );
  });

  it('are announced by a handshake that grants origin and rate', async () => {
    const asked = { 'webhook-request-origin': 'events.example.com', 'webhook-request-rate': '120' };
    const { status, headers } = await server.call('OPTIONS', '/v1/events', undefined, asked);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'webhook-allowed-origin': 'events.example.com',
      'webhook-allowed-rate': '120',
    });
  });

  it('that nobody wants become dead letters, which are shown, replayed and deleted', async () => {
    const lost = JSON.stringify(event('lost', { workflow: 'w', run: 'later' }));
    await server.call('POST', '/v1/events', lost, STRUCTURED);
    const list = async () => (await server.call('GET', '/v1/dead-letters?workflow=w&run=later')).json.items;
    await expect.poll(list).toMatchObject([{ reason: 'EVENT_FOR_UNKNOWN_RUN', event: { id: 'lost' } }]);
    const [letter] = await list();
    const path = `/v1/dead-letters/${encodeURIComponent(letter.id)}`;
    expect((await server.call('GET', path)).json).toEqual(letter);
    await started('later');
    expect((await server.call('POST', `${path}/replay`)).status).toBe(204);
    expect((await server.call('GET', path)).json.code).toBe('DEAD_LETTER_NOT_FOUND');
    expect((await server.call('DELETE', path)).json.code).toBe('DEAD_LETTER_NOT_FOUND');
    expect((await server.call('GET', '/v1/dead-letters?run=later')).json.code).toBe('INVALID_PARAMETER');
    await expect
      .poll(
        async () => (await server.call('GET', '/v1/workflows/w/runs/later/contexts')).json.items[0]?.values,
      )
      .toEqual({ count: 1 });
  });
});

describe('callbacks', () => {
  it('with a token that was never given out are refused, and the token is not repeated', async () => {
    const answer = await server.call('POST', '/v1/callbacks/made-up/success', { ok: true });
    expect(answer).toMatchObject({ status: 403, json: { code: 'INVALID_TOKEN' } });
    expect(answer.text).not.toContain('made-up');
  });
});
