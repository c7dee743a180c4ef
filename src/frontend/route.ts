import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorCode } from '../model/errors.ts';
import type { Clock } from '../workers/clock.ts';
import type { Gateway } from '../workers/gateway.ts';
import type { ApiKeys } from './api-keys.ts';
import type { ExecutionHistories } from './execution-histories.ts';
import type { Parameter } from './parameters.ts';
import type { Scope } from './scopes.ts';

/**
 * One row of the route table. Everything about a route is said here once: registration, checks, authorisation and
 * /openapi.json are derived from it.
 */
export interface Route {
  readonly operationId: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
  /** In OpenAPI's syntax, e.g. `/v1/workflows/{name}`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  /** What a key must hold; `public`: none is asked for. */
  readonly scope: Scope | 'public';
  readonly query?: readonly Parameter<unknown>[];
  readonly body?: RouteBody;
  readonly responses: Readonly<Record<number, RouteResponse>>;
  /** Codes beyond those that any route may answer with. */
  readonly problems?: readonly ErrorCode[];
  /** The answer holds a secret, so it is not kept for a repeated Idempotency-Key. */
  readonly unrepeatable?: true;
  handle(call: Call): Promise<Answer | typeof HIJACKED>;
}

export interface RouteBody {
  readonly required: boolean;
  /** Which limit of its bytes counts. Default `bodyBytes`. */
  readonly limit?: 'bodyBytes' | 'definitionBytes';
  /**
   * The component of /openapi.json per media type. A body in `application/json` is parsed and held to its schema before the handler sees it;
   * `undefined` (any text) and `raw` routes get `call.raw` only.
   */
  readonly content: Readonly<Record<string, string | undefined>>;
  /** The handler reads the bytes itself, whatever their media type. */
  readonly raw?: true;
}

export interface RouteResponse {
  readonly description: string;
  /** A component of /openapi.json. */
  readonly schema?: string;
  /** Default application/json where there is a schema; neither: no content. */
  readonly mediaType?: string;
}

/** What a handler gets. Parameters are read by their own row: `limit.of(call)`. */
export interface Call {
  readonly gateway: Gateway;
  readonly histories: ExecutionHistories;
  readonly keys: ApiKeys;
  readonly path: Readonly<Record<string, string>>;
  readonly values: ReadonlyMap<Parameter<unknown>, unknown>;
  /** Lower case, without parameters; empty where no body came. */
  readonly mediaType: string;
  /** The JSON body, parsed and valid; undefined where none came. */
  readonly body: unknown;
  readonly raw: Buffer | undefined;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Set when the request carries an Idempotency-Key: an id derived from it, the same for each repetition. */
  readonly idempotencyId: string | undefined;
  /** Aborted when the server begins to close: what waits answers with what it has. */
  readonly closing: AbortSignal;
  readonly heartbeatMs: number;
  readonly clock: Clock;
}

export interface Answer {
  readonly status: number;
  /** An object is sent as JSON, a string as it is. */
  readonly body?: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The handler has taken the connection over and answers by itself. */
export const HIJACKED = Symbol('hijacked');

/** The path parameter `name`; the router guarantees that it is there. */
export function pathOf(call: Call, name: string): string {
  return call.path[name] as string;
}
