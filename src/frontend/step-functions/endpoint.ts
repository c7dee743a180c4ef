import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { TidegateError } from '../../model/errors.ts';
import { parseJson } from '../../model/json.ts';
import { arnScopeOf } from '../../model/step-functions-arns.ts';
import type { Clock } from '../../workers/clock.ts';
import type { Gateway } from '../../workers/gateway.ts';
import { type Randomness, systemRandomness } from '../../workers/index.ts';
import type { ApiKeys } from '../api-keys.ts';
import { ExecutionHistories } from '../execution-histories.ts';
import { toTidegateError } from '../problem.ts';
import { AliasRecords } from './alias-records.ts';
import { AwsAccess, type Caller, requireScope } from './aws-access.ts';
import { parseAwsKeys } from './aws-keys.ts';
import { MachineRecords } from './machine-records.ts';
import { Members } from './members.ts';
import { OPERATIONS } from './operations/index.ts';
import type { Operation, PerformTask, Service } from './service.ts';
import { qualifiedType, ServiceError, toServiceError } from './service-error.ts';
import { VersionRecords } from './version-records.ts';

export interface StepFunctionsOptions {
  /** Where clients POST to. Default `/`. */
  readonly path?: string;
  /** Of the ARNs. Default `us-east-1`. */
  readonly region?: string;
  /** Of the ARNs: twelve digits. Default `123456789012`. */
  readonly account?: string;
  /** Entries of TIDEGATE_AWS_KEYS: `ACCESS_KEY:SECRET[:scope+scope]`. */
  readonly keys?: readonly string[];
  /** Milliseconds GetActivityTask waits for a task. Default 60 000. */
  readonly activityPollMs?: number;
  readonly randomness?: Randomness;
  /** Performs the Tasks that TestState is to run without a mock. Absent: they fail. */
  readonly performTask?: PerformTask;
}

/** What of the front end the endpoint stands on. */
export interface EndpointSurroundings {
  readonly gateway: Gateway;
  readonly apiKeys: ApiKeys;
  readonly allowedHosts: readonly string[];
  readonly clock: Clock;
  readonly closing: AbortSignal;
}

const MEDIA_TYPE = 'application/x-amz-json-1.0';
const TARGET = /^AWSStepFunctions\.(\w+)$/;
const POLL_MS = 60_000;

/** Serves the protocol of AWS Step Functions (AWS JSON 1.0). Throws INVALID_CONFIGURATION for keys that cannot be read. */
export function serveStepFunctions(
  server: FastifyInstance,
  surroundings: EndpointSurroundings,
  options: StepFunctionsOptions,
): void {
  const { gateway, apiKeys, allowedHosts, clock, closing } = surroundings;
  const service = serviceOf(gateway, clock, options);
  const access = new AwsAccess(parseAwsKeys(options.keys ?? []), apiKeys, allowedHosts, clock);
  const callers = new WeakMap<FastifyRequest, Caller>();
  const endpoint: Omit<RouteOptions, 'url'> = {
    method: 'POST',
    config: { ownAccess: true, bodyLimit: 'definitionBytes' },
    async onRequest(request) {
      callers.set(request, await access.identify(request));
    },
    errorHandler: (error, request, reply) => sendError(error, service.uuid(), request, reply),
    async handler(request, reply) {
      const body = (request.body as Buffer | undefined) ?? Buffer.alloc(0);
      const caller = callers.get(request) as Caller;
      access.verify(caller, request, body);
      const { name, operation } = operationOf(request);
      requireScope(caller, operation.scope, name);
      const members = new Members(body.length === 0 ? {} : parseJson(body, gateway.limits));
      const presence = new Presence(reply, closing);
      try {
        const answer = await operation.handle(service, {
          members,
          leaving: presence.leaving,
          afterAnswer: (callback) => presence.afterAnswer(callback),
        });
        return send(reply, 200, service.uuid(), answer);
      } finally {
        presence.settle();
      }
    },
  };
  const { path = '/' } = options;
  // Some clients end the path of their endpoint with a slash, some do not.
  for (const url of path.endsWith('/') ? [path] : [path, `${path}/`]) server.route({ ...endpoint, url });
}

/** Throws UnknownOperationException. */
function operationOf({ headers }: FastifyRequest): { name: string; operation: Operation } {
  const target = headers['x-amz-target'];
  const name = TARGET.exec(String(target))?.[1] ?? '';
  const operation = OPERATIONS.get(name);
  if (operation !== undefined) return { name, operation };
  const why = `there is no operation ${JSON.stringify(target ?? null)}`;
  throw new ServiceError('UnknownOperationException', why);
}

function serviceOf(gateway: Gateway, clock: Clock, options: StepFunctionsOptions): Service {
  const { region, account, randomness = systemRandomness } = options;
  const arns = arnScopeOf({ ...(region && { region }), ...(account && { account }) });
  return {
    gateway,
    clock,
    limits: gateway.limits,
    arns,
    machines: new MachineRecords(gateway, arns),
    versions: new VersionRecords(gateway, arns),
    aliases: new AliasRecords(gateway),
    histories: new ExecutionHistories({ gateway, arns }),
    payloadBytes: gateway.limits.payloadBytes,
    activityPollMs: options.activityPollMs ?? POLL_MS,
    performTask: options.performTask,
    uuid: () => uuidOf(randomness.token()),
  };
}

function uuidOf(token: string): string {
  const bytes = createHash('sha256').update(token).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** Whether the client of a request is still there. */
class Presence {
  readonly #controller = new AbortController();
  readonly #reply: FastifyReply;
  readonly #closing: AbortSignal;
  readonly #leave = () => this.#controller.abort();

  constructor(reply: FastifyReply, closing: AbortSignal) {
    this.#reply = reply;
    this.#closing = closing;
    reply.raw.once('close', this.#leave);
    if (closing.aborted) this.#leave();
    else closing.addEventListener('abort', this.#leave, { once: true });
  }

  get leaving(): AbortSignal {
    return this.#controller.signal;
  }

  afterAnswer(callback: (given: boolean) => void): void {
    const { raw } = this.#reply;
    if (raw.destroyed) callback(false);
    else raw.once('close', () => callback(raw.writableFinished));
  }

  settle(): void {
    this.#closing.removeEventListener('abort', this.#leave);
  }
}

function send(reply: FastifyReply, status: number, id: string, body: object): FastifyReply {
  reply.code(status).headers({ 'content-type': MEDIA_TYPE, 'x-amzn-requestid': id });
  return reply.send(Buffer.from(JSON.stringify(body)));
}

function sendError(thrown: unknown, id: string, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = toServiceError(
    thrown instanceof ServiceError || thrown instanceof TidegateError ? thrown : toTidegateError(thrown),
  );
  const { status, message, members } = error;
  if (status === 500) request.log.error({ err: thrown }, message);
  else request.log.debug({ type: error.type }, message);
  return send(reply, status, id, { ...members, __type: qualifiedType(error), message });
}
