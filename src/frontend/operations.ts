import { type FastifyBaseLogger, fastify, LogController } from 'fastify';
import { TidegateError } from '../model/errors.ts';
import type { Health, Metric } from '../workers/index.ts';
import { IdleConnections } from './idle-connections.ts';
import { metricsText } from './metrics-text.ts';
import { instanceOf, PROBLEM_MEDIA_TYPE, toProblem } from './problem.ts';

/** What a process without a REST front end shows of itself. */
export interface Operations {
  health(): Promise<Health>;
  metrics(): readonly Metric[] | Promise<readonly Metric[]>;
}

export interface OperationsServer {
  /** Answers the address; port 0 takes a free one. */
  listen(address: { host: string; port: number }): Promise<string>;
  close(): Promise<void>;
}

/** Serves `/healthz`, `/readyz` and `/metrics`, without keys. */
export function createOperationsServer(operations: Operations, logger: FastifyBaseLogger): OperationsServer {
  const server = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
  });
  const connections = new IdleConnections(server.server);
  for (const aspect of ['live', 'ready'] as const) {
    server.get(aspect === 'live' ? '/healthz' : '/readyz', async (request, reply) => {
      const health = await operations.health();
      if (health[aspect]) return { status: aspect };
      const error = new TidegateError('NOT_READY', health.reasons.join('; '), {
        details: { reasons: health.reasons },
      });
      return reply
        .code(error.status)
        .header('content-type', PROBLEM_MEDIA_TYPE)
        .send(JSON.stringify(toProblem(error, instanceOf(request.raw.url ?? ''))));
    });
  }
  server.get('/metrics', async (_request, reply) => {
    reply.header('content-type', 'text/plain; version=0.0.4; charset=utf-8');
    return metricsText(await operations.metrics());
  });
  return {
    listen: (address) => server.listen(address),
    async close() {
      const closed = server.close();
      connections.close();
      await closed;
    },
  };
}
