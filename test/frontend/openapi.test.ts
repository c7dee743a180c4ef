import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestFrontend, type TestFrontend } from './test-frontend.ts';

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}

let server: TestFrontend;
// biome-ignore lint/suspicious/noExplicitAny: the document is walked freely
let document: any;
beforeAll(async () => {
  server = await startTestFrontend();
  document = (await server.call('GET', '/openapi.json')).json;
});
afterAll(() => server.close());

const operations = (): [string, string, Operation][] =>
  Object.entries<Record<string, Operation>>(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) => [method.toUpperCase(), path, operation] as [string, string, Operation],
    ),
  );

describe('/openapi.json', () => {
  it('has every route that DESIGN.md names', () => {
    const served = new Set(operations().map(([method, path]) => `${method} ${path}`));
    for (const route of [
      'PUT /v1/workflows/{name}',
      'GET /v1/workflows',
      'GET /v1/workflows/{name}',
      'DELETE /v1/workflows/{name}',
      'POST /v1/compile',
      ...['/v1/workflows/{name}', '/v1/workflows/{name}/runs/{run}'].flatMap((owner) => [
        `GET ${owner}/triggers`,
        `POST ${owner}/triggers`,
        ...['GET', 'PUT', 'PATCH', 'DELETE'].map((method) => `${method} ${owner}/triggers/{trigger}`),
      ]),
      'POST /v1/workflows/{name}/runs',
      'GET /v1/workflows/{name}/runs',
      'GET /v1/runs',
      'GET /v1/workflows/{name}/runs/{run}',
      'DELETE /v1/workflows/{name}/runs/{run}',
      ...['history', 'contexts', 'stream'].map((view) => `GET /v1/workflows/{name}/runs/{run}/${view}`),
      ...['cancel', 'pause', 'resume', 'redrive', 'events', 'interceptions'].map(
        (verb) => `POST /v1/workflows/{name}/runs/{run}/${verb}`,
      ),
      'POST /v1/events',
      'OPTIONS /v1/events',
      ...['success', 'failure', 'heartbeat'].map((verb) => `POST /v1/callbacks/{token}/${verb}`),
      'GET /v1/dead-letters',
      'GET /v1/dead-letters/{deadLetter}',
      'POST /v1/dead-letters/{deadLetter}/replay',
      'DELETE /v1/dead-letters/{deadLetter}',
      'POST /v1/api-keys',
      'GET /v1/api-keys',
      'DELETE /v1/api-keys/{key}',
      'GET /healthz',
      'GET /readyz',
      'GET /metrics',
      'GET /openapi.json',
    ]) {
      expect(served, route).toContain(route);
    }
  });

  it('refers to nothing that it does not hold', () => {
    const references = new Set(
      [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] as string),
    );
    for (const reference of references) {
      let target = document;
      for (const token of reference.slice(2).split('/')) target = target?.[token];
      expect(target, reference).toBeDefined();
    }
  });

  it('names each operation once, and its success and problems', () => {
    const ids = operations().map(([, , { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [method, path, { responses }] of operations()) {
      const statuses = Object.keys(responses).map(Number);
      expect(
        statuses.some((status) => status < 300),
        `${method} ${path}`,
      ).toBe(true);
      expect(
        statuses.some((status) => status >= 400),
        `${method} ${path}`,
      ).toBe(true);
    }
  });
});
