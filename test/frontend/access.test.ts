import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { createFrontend, type FrontendOptions } from '../../src/frontend/index.ts';
import { startTestFrontend, type TestFrontend } from './test-frontend.ts';

const open: TestFrontend[] = [];
async function start(options: FrontendOptions = {}): Promise<TestFrontend> {
  const server = await startTestFrontend(options);
  open.push(server);
  return server;
}
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

const KEY = 'a-configured-key-of-some-length';
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

describe('without any key', () => {
  it('a host beyond the loopback is not listened on', async () => {
    const { frontend } = await start();
    await expect(frontend.listen({ host: '0.0.0.0', port: 0 })).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
    });
    expect(await frontend.listen({ host: '127.0.0.1', port: 0 })).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it('a page of another origin reaches nothing: neither by a rebound name nor by posting blindly', async () => {
    const { call } = await start({ allowedHosts: ['tidegate.internal'] });
    const get = (headers: Record<string, string>) => call('GET', '/v1/workflows', undefined, headers);
    expect(await get({ host: 'evil.example:7171' })).toMatchObject({
      status: 403,
      json: { code: 'FORBIDDEN' },
    });
    expect((await get({ host: '127.0.0.1.evil.example' })).status).toBe(403);
    for (const host of ['localhost:7171', '127.0.0.1:7171', '[::1]:7171', 'tidegate.internal'])
      expect((await get({ host })).status).toBe(200);
    expect((await get({ host: 'localhost:7171', origin: 'http://evil.example' })).status).toBe(403);
    expect((await get({ host: 'localhost:7171', origin: 'null' })).status).toBe(403);
    expect((await get({ host: 'localhost:7171', origin: 'http://localhost:7171' })).status).toBe(200);
    const preflight = await call('OPTIONS', '/v1/workflows', undefined, { origin: 'http://evil.example' });
    expect(preflight.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('the first key must be able to create others, and from then on keys are asked for', async () => {
    const { call } = await start();
    const create = (scopes: string[], headers = {}) =>
      call('POST', '/v1/api-keys', { name: 'k', scopes }, headers);
    expect(await create(['read'])).toMatchObject({
      status: 400,
      json: { code: 'INVALID_BODY', pointer: '/scopes' },
    });
    const { status, json: admin, headers } = await create(['admin']);
    expect(status).toBe(201);
    expect(headers['cache-control']).toBe('no-store');
    expect(await call('GET', '/v1/workflows')).toMatchObject({
      status: 401,
      json: { code: 'UNAUTHENTICATED' },
    });
    expect((await call('GET', '/v1/workflows', undefined, bearer(admin.key))).json.code).toBe('FORBIDDEN');
    const reader = (await create(['read'], bearer(admin.key))).json;
    expect((await call('GET', '/v1/workflows', undefined, bearer(reader.key))).status).toBe(200);
    expect((await call('POST', '/v1/workflows/w/runs', {}, bearer(reader.key))).json).toMatchObject({
      code: 'FORBIDDEN',
      scope: 'run',
    });
    const listed = await call('GET', '/v1/api-keys', undefined, bearer(admin.key));
    expect(listed.json.items).toHaveLength(2);
    expect(listed.text).not.toContain(reader.key.slice(-20));
    expect(listed.text).not.toContain('hash');
    expect((await call('DELETE', `/v1/api-keys/${reader.id}`, undefined, bearer(admin.key))).status).toBe(
      204,
    );
    expect((await call('GET', '/v1/workflows', undefined, bearer(reader.key))).status).toBe(401);
    expect((await call('DELETE', `/v1/api-keys/${reader.id}`, undefined, bearer(admin.key))).json.code).toBe(
      'NOT_FOUND',
    );
  });
});

describe('with keys', () => {
  it('only health, the API document and callbacks go without', async () => {
    const { call } = await start({ apiKeys: [KEY] });
    for (const path of ['/healthz', '/readyz', '/openapi.json'])
      expect((await call('GET', path)).status).toBe(200);
    expect((await call('POST', '/v1/callbacks/x/success')).json.code).toBe('INVALID_TOKEN');
    const document = (await call('GET', '/openapi.json')).json;
    for (const [path, methods] of Object.entries<Record<string, { security: unknown[] }>>(document.paths)) {
      for (const [method, { security }] of Object.entries(methods)) {
        if (security.length === 0) continue;
        const url = path.replace(/\{\w+\}/g, 'x');
        const answer = await call(method.toUpperCase(), url);
        expect(answer, `${method} ${url}`).toMatchObject({ status: 401, json: { code: 'UNAUTHENTICATED' } });
        expect(answer.headers['www-authenticate']).toContain('Bearer');
      }
    }
  });

  it('of the configuration, plain or hashed and with scopes, they open what they hold', async () => {
    const hash = createHash('sha256').update('salt').update('the-second-key').digest('hex');
    const { call } = await start({ apiKeys: [`${KEY}:read`, `sha256$salt$${hash}:run+write`] });
    const get = (key: string) => call('GET', '/v1/workflows', undefined, bearer(key));
    expect((await get(KEY)).status).toBe(200);
    expect((await get('the-second-key')).json.code).toBe('FORBIDDEN');
    expect((await get(`${KEY}x`)).status).toBe(401);
    expect((await call('DELETE', '/v1/workflows/w', undefined, bearer('the-second-key'))).json.code).toBe(
      'WORKFLOW_NOT_FOUND',
    );
  });

  it('that expire are refused afterwards', async () => {
    let now = Date.parse('2026-01-01T00:00:00Z');
    const clock = { now: () => now, after: () => () => {} };
    const { call } = await start({ apiKeys: [KEY], clock });
    const body = { name: 'short', scopes: ['read'], expiresAt: '2026-01-01T01:00:00Z' };
    const { json } = await call('POST', '/v1/api-keys', body, bearer(KEY));
    // The store's own clock is past that time already, so it is the front end's that is tested where the store keeps it.
    expect(json.expiresAt).toBe(body.expiresAt);
    now += 3_600_001;
    expect((await call('GET', '/v1/workflows', undefined, bearer(json.key))).status).toBe(401);
    expect((await call('POST', '/v1/api-keys', body, bearer(KEY))).json).toMatchObject({
      pointer: '/expiresAt',
    });
  });

  it('that cannot be read stop the start without being shown', async () => {
    const { engine } = await start();
    for (const [entry, fault] of [
      ['short', 'fewer than 24 characters'],
      [`${KEY}:everything`, 'names the scope "everything"'],
      ['sha256$salt$zz', 'sha256$SALT$HEX'],
    ] as const) {
      const create = () => createFrontend(engine.gateway, { apiKeys: [entry] });
      expect(create).toThrow(expect.objectContaining({ code: 'INVALID_CONFIGURATION' }));
      expect(create).toThrow(fault);
      expect(create).not.toThrow(KEY);
    }
  });
});
