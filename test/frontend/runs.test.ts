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

const RUNS = '/v1/workflows/w/runs';
async function finish(run: string): Promise<void> {
  const events = [event('1', { workflow: 'w', run }), event('2', { workflow: 'w', run })];
  expect(await server.call('POST', '/v1/events', JSON.stringify(events), BATCH)).toMatchObject({
    status: 202,
    json: { accepted: 2 },
  });
}

describe('a run', () => {
  it('is started once per id: the same input answers it again, another is a conflict', async () => {
    const start = { id: 'same', input: { a: 1 }, labels: { team: 'x' } };
    const first = await server.call('POST', RUNS, start);
    expect(first).toMatchObject({
      status: 201,
      json: { id: 'same', status: 'RUNNING', labels: { team: 'x' } },
    });
    expect(first.headers.location).toBe(`${RUNS}/same`);
    expect((await server.call('POST', RUNS, start)).status).toBe(200);
    expect(await server.call('POST', RUNS, { ...start, input: 2 })).toMatchObject({
      status: 409,
      json: { code: 'RUN_EXISTS' },
    });
    expect((await server.call('POST', '/v1/workflows/none/runs', {})).json.code).toBe('WORKFLOW_NOT_FOUND');
    expect((await server.call('POST', RUNS)).json.id).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  it('answers a wait with its result, or as it stands after the bound', async () => {
    const slow = await server.call('POST', `${RUNS}?wait=20ms`, { id: 'slow' });
    expect(slow).toMatchObject({ status: 202, json: { status: 'RUNNING' } });
    const waiting = server.call('POST', `${RUNS}?wait=10s`, { id: 'slow' });
    await finish('slow');
    expect(await waiting).toMatchObject({ status: 200, json: { status: 'SUCCEEDED', output: { count: 2 } } });
    expect((await server.call('POST', `${RUNS}?wait=6m`, {})).json.code).toBe('INVALID_PARAMETER');
  });

  it('shows its history, its contexts and its triggers', async () => {
    await server.call('POST', RUNS, { id: 'shown' });
    await server.call('POST', `${RUNS}/shown/events`, JSON.stringify(event('1')), STRUCTURED);
    await expect
      .poll(async () => (await server.call('GET', `${RUNS}/shown/contexts`)).json.items)
      .toMatchObject([{ trigger: 'both', scope: '', values: { count: 1 } }]);
    const page = (await server.call('GET', `${RUNS}/shown/history?limit=1`)).json;
    expect(page.items).toMatchObject([{ sequence: 1, kind: 'command' }]);
    const next = (await server.call('GET', `${RUNS}/shown/history?limit=1&cursor=${page.cursor}`)).json;
    expect(next.items).toMatchObject([{ sequence: 2, kind: 'event' }]);
    expect((await server.call('GET', `${RUNS}/shown/triggers`)).json.items).toMatchObject([
      { id: 'both', dynamic: false },
    ]);
    expect((await server.call('GET', `${RUNS}/none/history`)).json.code).toBe('RUN_NOT_FOUND');
  });

  it('is cancelled, paused and resumed by commands that answer with the run', async () => {
    await server.call('POST', RUNS, { id: 'commanded' });
    expect(await server.call('POST', `${RUNS}/commanded/pause`)).toMatchObject({
      status: 200,
      json: { status: 'PAUSED' },
    });
    expect((await server.call('POST', `${RUNS}/commanded/resume`)).json.status).toBe('RUNNING');
    expect(await server.call('POST', `${RUNS}/commanded/cancel`, { reason: 'enough' })).toMatchObject({
      status: 200,
      json: { status: 'CANCELLED', cause: 'enough' },
    });
    expect(await server.call('POST', `${RUNS}/commanded/cancel`)).toMatchObject({
      status: 409,
      json: { code: 'RUN_ENDED' },
    });
    expect((await server.call('DELETE', `${RUNS}/commanded`)).status).toBe(204);
    expect((await server.call('GET', `${RUNS}/commanded`)).json.code).toBe('RUN_NOT_FOUND');
  });

  it('is found by status, label, time and workflow, page by page', async () => {
    for (const id of ['f1', 'f2', 'f3']) await server.call('POST', RUNS, { id, labels: { find: 'me=now' } });
    await finish('f2');
    const ids = async (query: string) => {
      const found: string[] = [];
      let cursor = '';
      do {
        const { status, json } = await server.call('GET', `/v1/runs?limit=1&${query}${cursor}`);
        expect(status).toBe(200);
        found.push(...json.items.map((run: { id: string }) => run.id));
        cursor = json.cursor === undefined ? '' : `&cursor=${encodeURIComponent(json.cursor)}`;
      } while (cursor !== '');
      return found;
    };
    const label = `label=${encodeURIComponent('find=me=now')}`;
    await expect.poll(() => ids(`${label}&status=SUCCEEDED`)).toEqual(['f2']);
    expect(await ids(label)).toEqual(['f3', 'f2', 'f1']);
    expect(await ids(`${label}&workflow=other`)).toEqual([]);
    expect(await ids(`${label}&until=2020-01-01T00:00:00Z`)).toEqual([]);
    expect(await ids(`${label}&since=2020-01-01T00:00:00Z&workflow=w`)).toHaveLength(3);
    expect((await server.call('GET', '/v1/workflows/none/runs')).json.code).toBe('WORKFLOW_NOT_FOUND');
  });
});

describe('triggers of a run', () => {
  it('change while it lives: added, disabled, replaced, intercepted and removed', async () => {
    await server.call('POST', RUNS, { id: 'live' });
    const triggers = `${RUNS}/live/triggers`;
    const extra = {
      id: 'extra',
      activationEvents: [{ type: 'stop' }],
      condition: { type: 'always' },
      actions: [{ type: 'complete', output: 'stopped' }],
    };
    expect(await server.call('POST', triggers, extra)).toMatchObject({
      status: 201,
      json: { applied: true },
    });
    expect((await server.call('POST', triggers, extra)).json.code).toBe('TRIGGER_EXISTS');
    expect((await server.call('GET', `${triggers}/extra`)).json).toMatchObject({ ...extra, dynamic: true });
    expect((await server.call('PATCH', `${triggers}/extra`, { enabled: false })).status).toBe(200);
    expect((await server.call('GET', `${triggers}/extra`)).json.enabled).toBe(false);
    expect((await server.call('PATCH', `${triggers}/extra`, { enabled: true, transient: true })).status).toBe(
      200,
    );
    expect((await server.call('GET', `${triggers}/extra`)).json).toMatchObject({
      enabled: true,
      transient: true,
    });
    expect((await server.call('PUT', `${triggers}/extra`, extra)).status).toBe(200);
    const interception = {
      id: 'note',
      when: 'before',
      match: { trigger: 'both' },
      actions: [{ type: 'set', values: { seen: true } }],
    };
    expect((await server.call('POST', `${RUNS}/live/interceptions`, interception)).status).toBe(201);
    expect((await server.call('DELETE', `${RUNS}/live/interceptions/note`)).status).toBe(204);
    expect((await server.call('DELETE', `${triggers}/extra`)).status).toBe(204);
    expect((await server.call('GET', `${triggers}/extra`)).json.code).toBe('TRIGGER_NOT_FOUND');
  });
});
