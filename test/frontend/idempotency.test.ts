import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COUNT_TWO, startTestFrontend, type TestFrontend } from './test-frontend.ts';

let server: TestFrontend;
beforeAll(async () => {
  server = await startTestFrontend();
  await server.call('PUT', '/v1/workflows/w', { format: 'triggers', definition: COUNT_TWO });
});
afterAll(() => server.close());

const start = (key: string, body: unknown = { input: 1 }, query = '') =>
  server.call('POST', `/v1/workflows/w/runs${query}`, body, { 'idempotency-key': key });
const countRuns = async () => (await server.call('GET', '/v1/workflows/w/runs?limit=1000')).json.items.length;

describe('a request with an Idempotency-Key', () => {
  it('is done once however often it comes, also at the same time', async () => {
    const before = await countRuns();
    const answers = await Promise.all(Array.from({ length: 10 }, () => start('once')));
    answers.push(await start('once'));
    expect(new Set(answers.map(({ json }) => json.id)).size).toBe(1);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(answers.filter(({ headers }) => headers['idempotent-replayed'] === 'true')).toHaveLength(10);
    expect(await countRuns()).toBe(before + 1);
  });

  it('conflicts with another request under the same key', async () => {
    await start('conflicting');
    const conflict = { status: 409, json: { code: 'IDEMPOTENCY_CONFLICT' } };
    expect(await start('conflicting', { input: 2 })).toMatchObject(conflict);
    expect(await start('conflicting', { input: 1 }, '?wait=1ms')).toMatchObject(conflict);
    const other = await server.call(
      'POST',
      '/v1/compile',
      { format: 'triggers', definition: COUNT_TWO },
      {
        'idempotency-key': 'conflicting',
      },
    );
    expect(other.status).toBe(200);
  });

  it('that failed may be corrected and sent again', async () => {
    expect((await start('corrected', { inputs: 1 })).json.code).toBe('INVALID_BODY');
    expect((await start('corrected')).status).toBe(201);
  });

  it('needs a key of printable characters, and is refused where the answer is a secret', async () => {
    expect((await start('x'.repeat(256))).json.code).toBe('INVALID_PARAMETER');
    const body = { name: 'k', scopes: ['admin'] };
    expect(await server.call('POST', '/v1/api-keys', body, { 'idempotency-key': 'k' })).toMatchObject({
      status: 400,
      json: { code: 'INVALID_PARAMETER' },
    });
  });

  it('waits for a front end that answers it already, and takes over when that one is gone', async () => {
    const second = await startTestFrontend();
    try {
      const { records } = second.engine.gateway;
      await second.call('PUT', '/v1/workflows/w', { format: 'triggers', definition: COUNT_TWO });
      const add = records.add.bind(records);
      let first = true;
      // Another front end got there before and died; its record runs out while this one waits.
      (records as { add: typeof records.add }).add = async (collection, id, value, expiresAt) => {
        if (!first) return add(collection, id, value, expiresAt);
        first = false;
        const { hash } = JSON.parse(value) as { hash: string };
        return add(collection, id, JSON.stringify({ hash, by: 'another' }), Date.now() + 150);
      };
      const answer = await second.call(
        'POST',
        '/v1/workflows/w/runs',
        {},
        { 'idempotency-key': 'taken-over' },
      );
      expect(answer.status).toBe(201);
    } finally {
      await second.close();
    }
  });
});
