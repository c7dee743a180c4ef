import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';
import { createFrontend, type Frontend, type FrontendOptions } from '../../src/frontend/index.ts';
import { MemoryLog } from '../../src/logs/index.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { MemoryStore } from '../../src/stores/index.ts';
import { type Engine, type EngineOptions, startEngine } from '../../src/workers/index.ts';

export interface TestFrontend {
  readonly frontend: Frontend;
  readonly engine: Engine;
  /** One request without a socket; a body that is no string or buffer is sent as JSON. */
  call(method: string, url: string, body?: unknown, headers?: Record<string, string>): Promise<TestAnswer>;
  close(): Promise<void>;
}

export interface TestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly json: any;
}

/** A front end over a whole engine in memory. */
export async function startTestFrontend(
  options: FrontendOptions = {},
  engineOptions: Partial<EngineOptions> = {},
): Promise<TestFrontend> {
  const log = new MemoryLog({ partitions: 2 });
  const store = new MemoryStore({ partitions: 2, limits: LIMITS, now: Date.now });
  const engine = await startEngine({ log, store, ...engineOptions });
  const logger = pino({ level: process.env.TEST_LOG ?? 'silent' }) as FastifyBaseLogger;
  const frontend = createFrontend(engine.gateway, { logger, ...options });
  return {
    frontend,
    engine,
    async call(method, url, body, headers = {}) {
      const raw = body === undefined || typeof body === 'string' || Buffer.isBuffer(body);
      const answer = await frontend.inject({
        method: method as 'GET',
        url,
        headers: { ...(!raw && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { payload: raw ? (body as string) : JSON.stringify(body) }),
      });
      const isJson = String(answer.headers['content-type']).includes('json') && answer.body !== '';
      return {
        status: answer.statusCode,
        headers: answer.headers,
        text: answer.body,
        json: isJson ? JSON.parse(answer.body) : undefined,
      };
    },
    async close() {
      await frontend.close();
      await engine.stop();
    },
  };
}

/** Ends when it has counted two events of type `done`. */
export const COUNT_TWO = {
  run: 'started',
  triggers: [
    {
      id: 'both',
      activationEvents: [{ type: 'done' }],
      condition: { type: 'counter', threshold: 2 },
      actions: [{ type: 'complete', output: { count: '${context.count}' } }],
    },
  ],
};

export function event(id: string, attributes: Record<string, unknown> = {}) {
  return { specversion: '1.0', id, source: '/test', type: 'done', ...attributes };
}

export const STRUCTURED = { 'content-type': 'application/cloudevents+json' };
export const BATCH = { 'content-type': 'application/cloudevents-batch+json' };
