import { TidegateError } from '../../model/errors.ts';
import { ok } from '../answers.ts';
import { metricsText } from '../metrics-text.ts';
import type { Call, Route } from '../route.ts';

const tag = 'operation';

async function requireHealth(call: Call, aspect: 'live' | 'ready') {
  const health = await call.gateway.health();
  if (!health[aspect]) {
    throw new TidegateError('NOT_READY', health.reasons.join('; ') || `the engine is not ${aspect}`, {
      details: { reasons: health.reasons },
    });
  }
  return ok({ status: aspect });
}

export function operationRoutes(openApi: () => string): readonly Route[] {
  return [
    {
      operationId: 'live',
      method: 'GET',
      path: '/healthz',
      tag,
      summary: 'Whether the process is alive',
      scope: 'public',
      responses: { 200: { description: 'It is.', schema: 'Health' } },
      problems: ['NOT_READY'],
      handle: (call) => requireHealth(call, 'live'),
    },
    {
      operationId: 'ready',
      method: 'GET',
      path: '/readyz',
      tag,
      summary: 'Whether it can take work',
      scope: 'public',
      responses: { 200: { description: 'It can.', schema: 'Health' } },
      problems: ['NOT_READY'],
      handle: (call) => requireHealth(call, 'ready'),
    },
    {
      operationId: 'metrics',
      method: 'GET',
      path: '/metrics',
      tag,
      summary: 'Metrics for Prometheus',
      scope: 'read',
      responses: { 200: { description: 'All of them.', mediaType: 'text/plain' } },
      handle: async (call) => ({
        status: 200,
        body: metricsText(await call.gateway.metrics()),
        headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
      }),
    },
    {
      operationId: 'openApi',
      method: 'GET',
      path: '/openapi.json',
      tag,
      summary: 'This API as OpenAPI 3.1',
      scope: 'public',
      responses: { 200: { description: 'The document.', mediaType: 'application/json' } },
      handle: async () => ({
        status: 200,
        body: openApi(),
        headers: { 'content-type': 'application/json' },
      }),
    },
  ];
}
