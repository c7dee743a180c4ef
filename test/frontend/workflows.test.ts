import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COUNT_TWO, startTestFrontend, type TestFrontend } from './test-frontend.ts';

let server: TestFrontend;
beforeAll(async () => {
  server = await startTestFrontend();
});
afterAll(() => server.close());

const body = { format: 'triggers', definition: COUNT_TWO };

describe('workflows', () => {
  it('get a version when registered, and the same one for the same definition', async () => {
    const first = await server.call('PUT', '/v1/workflows/counting', body);
    expect(first).toMatchObject({
      status: 201,
      json: { name: 'counting', version: 1, created: true, warnings: [] },
    });
    expect(first.headers.location).toBe('/v1/workflows/counting?version=1');
    expect(await server.call('PUT', '/v1/workflows/counting', body)).toMatchObject({
      status: 200,
      json: { version: 1, created: false },
    });
    const changed = { ...body, definition: { ...COUNT_TWO, timeoutMs: 60_000 } };
    expect(await server.call('PUT', '/v1/workflows/counting', changed)).toMatchObject({
      status: 201,
      json: { version: 2 },
    });
    expect((await server.call('GET', '/v1/workflows/counting?version=1')).json.definition).toEqual(COUNT_TWO);
    expect((await server.call('GET', '/v1/workflows/counting')).json.version).toBe(2);
    expect((await server.call('GET', '/v1/workflows/counting/versions')).json).toEqual({ items: [1, 2] });
    expect((await server.call('GET', '/v1/workflows/counting?version=3')).json.code).toBe(
      'VERSION_NOT_FOUND',
    );
  });

  it('may be given as YAML with the format in the query', async () => {
    const yaml =
      'run: started\ntriggers:\n  - id: all\n    activationEvents: [{type: done}]\n    condition: {type: always}\n    actions: []\n';
    const answer = await server.call('PUT', '/v1/workflows/from-yaml?format=triggers', yaml, {
      'content-type': 'application/yaml',
    });
    expect(answer).toMatchObject({ status: 201, json: { version: 1 } });
    const without = await server.call('PUT', '/v1/workflows/from-yaml', yaml, {
      'content-type': 'text/yaml',
    });
    expect(without).toMatchObject({ status: 400, json: { code: 'INVALID_PARAMETER' } });
  });

  it('are refused with all diagnostics when they do not compile', async () => {
    const bad = { format: 'triggers', definition: { triggers: [{ id: 'x' }] } };
    const answer = await server.call('PUT', '/v1/workflows/bad', bad);
    expect(answer).toMatchObject({ status: 422, json: { code: 'INVALID_DEFINITION' } });
    expect(answer.json.diagnostics.length).toBeGreaterThan(0);
    const dry = await server.call('POST', '/v1/compile', bad);
    expect(dry).toMatchObject({ status: 200, json: { valid: false } });
    expect(dry.json.diagnostics[0]).toHaveProperty('pointer');
    expect(await server.call('POST', '/v1/compile', body)).toMatchObject({
      status: 200,
      json: { valid: true, triggers: { run: 'started' } },
    });
  });

  it('are listed by pages without their definitions', async () => {
    for (const name of ['list-a', 'list-b', 'list-c'])
      await server.call('PUT', `/v1/workflows/${name}`, body);
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const url: string = `/v1/workflows?limit=2${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
      const { json } = await server.call('GET', url);
      expect(json.items.length).toBeLessThanOrEqual(2);
      for (const item of json.items) {
        names.push(item.name);
        expect(item).not.toHaveProperty('definition');
      }
      cursor = json.cursor;
    } while (cursor !== undefined);
    expect(names).toEqual([...new Set(names)].sort());
    expect(names).toEqual(expect.arrayContaining(['list-a', 'list-b', 'list-c']));
  });

  it('with live runs are deleted only by force', async () => {
    await server.call('PUT', '/v1/workflows/used', body);
    await server.call('POST', '/v1/workflows/used/runs', { id: 'r' });
    expect(await server.call('DELETE', '/v1/workflows/used')).toMatchObject({
      status: 409,
      json: { code: 'WORKFLOW_IN_USE' },
    });
    expect((await server.call('DELETE', '/v1/workflows/used?force=true')).status).toBe(204);
    expect((await server.call('GET', '/v1/workflows/used')).json.code).toBe('WORKFLOW_NOT_FOUND');
  });
});

describe('triggers of a workflow', () => {
  const added = {
    id: 'extra',
    activationEvents: [{ type: 'other' }],
    condition: { type: 'always' },
    actions: [],
  };

  it('are added, shown, replaced, patched and removed, each in a new version', async () => {
    await server.call('PUT', '/v1/workflows/editing', body);
    const path = '/v1/workflows/editing/triggers';
    expect(await server.call('POST', path, added)).toMatchObject({
      status: 201,
      json: { version: 2, trigger: added },
    });
    expect((await server.call('POST', path, added)).json.code).toBe('TRIGGER_EXISTS');
    expect((await server.call('GET', `${path}/extra`)).json).toMatchObject(added);
    expect(await server.call('PATCH', `${path}/extra`, { enabled: false })).toMatchObject({
      status: 200,
      json: { version: 3, trigger: { enabled: false } },
    });
    expect(await server.call('PUT', `${path}/extra`, added)).toMatchObject({
      status: 200,
      json: { version: 4 },
    });
    expect((await server.call('PUT', `${path}/other`, added)).json).toMatchObject({
      code: 'INVALID_BODY',
      pointer: '/id',
    });
    expect((await server.call('DELETE', `${path}/extra`)).status).toBe(204);
    expect((await server.call('GET', `${path}/extra`)).json.code).toBe('TRIGGER_NOT_FOUND');
    const ids = (await server.call('GET', `${path}?version=2`)).json.items.map(
      (item: { id: string }) => item.id,
    );
    expect(ids).toEqual(['both', 'extra']);
  });

  it('are listed by pages whose cursor survives changes in between', async () => {
    const triggers = Array.from({ length: 5 }, (_, index) => ({ ...added, id: `t${index}` }));
    await server.call('PUT', '/v1/workflows/paged', { format: 'triggers', definition: { triggers } });
    const first = (await server.call('GET', '/v1/workflows/paged/triggers?limit=2')).json;
    await server.call('DELETE', '/v1/workflows/paged/triggers/t0');
    const second = (await server.call('GET', `/v1/workflows/paged/triggers?cursor=${first.cursor}`)).json;
    expect(second.items.map((item: { id: string }) => item.id)).toEqual(['t2', 't3', 't4']);
    expect(second).not.toHaveProperty('cursor');
  });
});
