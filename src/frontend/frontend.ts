import { setMaxListeners } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  LogController,
} from 'fastify';
import { pino } from 'pino';
import { TidegateError } from '../model/errors.ts';
import { type Clock, systemClock } from '../workers/clock.ts';
import type { Gateway } from '../workers/gateway.ts';
import { authorize, isLoopback } from './access.ts';
import { ApiKeys, type Principal } from './api-keys.ts';
import { readBytes } from './body.ts';
import { readCall, type Surroundings } from './call.ts';
import { answerClientError } from './client-error.ts';
import { parseConfiguredKeys } from './configured-keys.ts';
import { ExecutionHistories } from './execution-histories.ts';
import { attemptOf, Idempotency } from './idempotency.ts';
import { IdleConnections } from './idle-connections.ts';
import { methodsOf } from './methods.ts';
import { openApiOf, takesIdempotencyKey } from './openapi.ts';
import { instanceOf, PROBLEM_MEDIA_TYPE, toProblem, toTidegateError } from './problem.ts';
import { type Answer, HIJACKED, type Route } from './route.ts';
import { routeTable } from './routes/index.ts';
import { type StepFunctionsOptions, serveStepFunctions } from './step-functions/index.ts';

export interface FrontendOptions {
  /** Entries of TIDEGATE_API_KEYS: `KEY[:scope+scope]`, KEY plain or `sha256$SALT$HEX`. */
  readonly apiKeys?: readonly string[];
  /** Ask for keys even while there are none. */
  readonly requireAuthentication?: boolean;
  /** Names besides loopback ones that a Host header may hold while there are no keys, in lower case. */
  readonly allowedHosts?: readonly string[];
  readonly logger?: FastifyBaseLogger;
  readonly clock?: Clock;
  /** Milliseconds between comments on a quiet stream. Default 15000. */
  readonly heartbeatMs?: number;
  /** The Step Functions API beside it; `false`: none. */
  readonly stepFunctions?: StepFunctionsOptions | false;
}

/** What the server knows of a route. */
interface RouteConfig {
  readonly route?: Route;
  /** It sees to its callers itself. */
  readonly ownAccess?: true;
  readonly bodyLimit?: 'bodyBytes' | 'definitionBytes';
}

export interface Frontend {
  /**
   * Answers the address, e.g. `http://127.0.0.1:7171`; port 0 takes a free one. INVALID_CONFIGURATION for a host beyond
   * the loopback while neither keys, be it of Step Functions alone, nor `requireAuthentication` are configured.
   */
  listen(address?: { host?: string; port?: number }): Promise<string>;
  /** Ends streams, lets waiting requests answer with what they have, and stops listening. */
  close(): Promise<void>;
  /** A request without a socket, for tests and embedding. */
  readonly inject: FastifyInstance['inject'];
}

export const DEFAULT_HOST = '127.0.0.1';
export const DEFAULT_PORT = 7171;

/** The REST front end over an engine. Throws INVALID_CONFIGURATION for keys that cannot be read. */
export function createFrontend(gateway: Gateway, options: FrontendOptions = {}): Frontend {
  const clock = options.clock ?? systemClock;
  const log = options.logger ?? (pino({ name: 'tidegate', level: 'info' }) as FastifyBaseLogger);
  const keys = new ApiKeys(
    gateway,
    parseConfiguredKeys(options.apiKeys ?? []),
    options.requireAuthentication ?? false,
    clock,
  );
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  const routes = routeTable(() => openApi);
  const openApi = JSON.stringify(openApiOf(routes));
  const server = buildServer(gateway, log);
  const connections = new IdleConnections(server.server);
  const surroundings = {
    gateway,
    histories: new ExecutionHistories({ gateway }),
    keys,
    clock,
    closing: closing.signal,
    heartbeatMs: options.heartbeatMs ?? 15_000,
  };
  const idempotency = new Idempotency(gateway, clock, log);
  const principals = new WeakMap<FastifyRequest, Principal>();

  server.addHook('onRequest', async (request) => {
    const { route, ownAccess } = request.routeOptions.config as RouteConfig;
    if (ownAccess === true) return;
    principals.set(request, await authorize(request, route, keys, options.allowedHosts ?? []));
  });
  server.setNotFoundHandler((request) => {
    throw notFound(routes, request);
  });
  for (const route of routes)
    register(server, route, surroundings, idempotency, (request) => principals.get(request));
  if (options.stepFunctions !== false) {
    const { allowedHosts = [], stepFunctions = {} } = options;
    const around = { gateway, apiKeys: keys, allowedHosts, clock, closing: closing.signal };
    serveStepFunctions(server, around, stepFunctions);
  }

  return {
    async listen({ host = DEFAULT_HOST, port = DEFAULT_PORT } = {}) {
      if (!isLoopback(host)) {
        if (!(await keys.required()) && !isSigned(options.stepFunctions)) throw unguarded(host);
        // Pairs of keys of Step Functions open no other route: without API keys those stay shut.
        keys.require();
      }
      return server.listen({ host, port });
    },
    async close() {
      closing.abort();
      const closed = server.close();
      connections.close();
      await closed;
    },
    inject: server.inject.bind(server) as FastifyInstance['inject'],
  };
}

function buildServer(gateway: Gateway, log: FastifyBaseLogger): FastifyInstance {
  const server = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    // Our own reader holds bodies to the route's limit; see body.ts.
    bodyLimit: Number.MAX_SAFE_INTEGER,
    requestTimeout: 60_000,
    // The longest part of a path is a callback's token.
    routerOptions: { maxParamLength: 4_096 },
    frameworkErrors: (error, request, reply) => sendProblem(error, request, reply),
    clientErrorHandler: (error: NodeJS.ErrnoException, socket: Socket) => answerClientError(error, socket),
  }) as unknown as FastifyInstance;
  server.server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    // A body that is too large is refused before it is sent.
    if (Number(request.headers['content-length'] ?? 0) <= largestBody(gateway)) response.writeContinue();
    server.server.emit('request', request, response);
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', (request: FastifyRequest, payload: IncomingMessage) => {
    const { route, bodyLimit } = request.routeOptions.config as RouteConfig;
    return readBytes(payload, gateway.limits[bodyLimit ?? route?.body?.limit ?? 'bodyBytes']);
  });
  server.setErrorHandler((error, request, reply) => sendProblem(error, request, reply));
  return server;
}

function largestBody(gateway: Gateway): number {
  return Math.max(gateway.limits.bodyBytes, gateway.limits.definitionBytes);
}

function register(
  server: FastifyInstance,
  route: Route,
  surroundings: Surroundings,
  idempotency: Idempotency,
  principalOf: (request: FastifyRequest) => Principal | undefined,
): void {
  const repeatable = takesIdempotencyKey(route);
  server.route({
    method: route.method,
    url: route.path.replace(/\{(\w+)\}/g, ':$1'),
    // A stream without a body would never end.
    exposeHeadRoute: route.method === 'GET' && route.operationId !== 'streamRun',
    config: { route },
    async handler(request, reply) {
      const principal = principalOf(request) as Principal;
      const attempt =
        request.method === 'POST'
          ? attemptOf(request, request.body as Buffer | undefined, principal)
          : undefined;
      if (attempt && !repeatable)
        throw new TidegateError(
          'INVALID_PARAMETER',
          'this route takes no Idempotency-Key: its answer holds a secret',
        );
      const call = readCall(route, request, reply, surroundings, attempt?.id);
      const answer = attempt
        ? await idempotency.once(attempt, () => route.handle(call) as Promise<Answer>)
        : await route.handle(call);
      return answer === HIJACKED ? reply : send(answer, reply);
    },
  });
}

function send(answer: Answer, reply: FastifyReply): FastifyReply {
  reply.code(answer.status);
  if (answer.headers) reply.headers(answer.headers);
  if (typeof answer.body !== 'object') return reply.send(answer.body);
  reply.header('content-type', 'application/json');
  return reply.send(Buffer.from(JSON.stringify(answer.body)));
}

function sendProblem(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = toTidegateError(thrown);
  const { status } = error;
  if (status >= 500 && status !== 503)
    request.log.error({ err: error.cause ?? error, code: error.code }, error.message);
  else request.log.debug({ code: error.code, status }, error.message);
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="tidegate"');
  if (status === 503 || status === 429) reply.header('retry-after', '1');
  const allow = error.details?.allow;
  if (Array.isArray(allow)) reply.header('allow', allow.join(', '));
  const problem = toProblem(error, instanceOf(request.raw.url ?? ''));
  // As bytes: to a text Fastify would add a charset, which JSON has none of.
  const body = Buffer.from(JSON.stringify(problem));
  return reply.code(status).header('content-type', PROBLEM_MEDIA_TYPE).send(body);
}

function notFound(routes: readonly Route[], request: FastifyRequest): TidegateError {
  const path = instanceOf(request.raw.url ?? '');
  const allow = methodsOf(routes, path);
  if (allow.length === 0)
    return new TidegateError('NOT_FOUND', `there is nothing at ${path}; see /openapi.json`);
  return new TidegateError(
    'METHOD_NOT_ALLOWED',
    `${request.method} is not among the methods of ${path}: ${allow.join(', ')}`,
    {
      details: { allow },
    },
  );
}

/** Whether requests to the Step Functions API must be signed. */
function isSigned(stepFunctions: FrontendOptions['stepFunctions']): boolean {
  return stepFunctions !== undefined && stepFunctions !== false && (stepFunctions.keys?.length ?? 0) > 0;
}

function unguarded(host: string): TidegateError {
  return new TidegateError(
    'INVALID_CONFIGURATION',
    `the front end would listen on ${host}, beyond the loopback, without authentication; set TIDEGATE_API_KEYS (TIDEGATE_AWS_KEYS for the Step Functions API alone) or TIDEGATE_HOST=127.0.0.1`,
  );
}
