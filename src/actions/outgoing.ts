import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { EffectError } from './action.ts';
import { AddressGuard, type AddressPolicy } from './address-guard.ts';
import { answerTo } from './answer-handler.ts';
import { effectError } from './effect-error.ts';

/** One call to the outside. */
export interface OutgoingCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Aborts at the time-out, with an EffectError as its reason. */
  readonly signal: AbortSignal;
  readonly maxResponseBytes: number;
}

export interface OutgoingAnswer {
  readonly status: number;
  /** Names in lower case; a header that came several times is joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The port of outgoing calls: undici in production, a scripted world in the simulator. */
export interface Outgoing {
  /**
   * Resolves with any answer, redirects included. Rejects with an EffectError: TARGET_FORBIDDEN, TARGET_UNREACHABLE,
   * RESPONSE_TOO_LARGE (`details.status` is the answer's), EFFECT_TIMEOUT, or ACTION_FAILED for a call that cannot be sent.
   */
  request(call: OutgoingCall): Promise<OutgoingAnswer>;
  /** Waits for the calls under way. */
  close(): Promise<void>;
}

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

export interface OutgoingOptions extends AddressPolicy {
  /** All addresses of a host name; default: those of the system. */
  readonly resolve?: (host: string) => Promise<readonly ResolvedAddress[]>;
  /** Milliseconds to resolve and connect; default 10,000. */
  readonly connectTimeoutMs?: number;
}

/** Concurrency limits are per target, and one origin may have any number of targets; further calls wait their turn. */
const CONNECTIONS_PER_ORIGIN = 256;

/** Pools of kept-alive connections, one per origin. Throws INVALID_CONFIGURATION for an `allow` that cannot be read. */
export function undiciOutgoing(options: OutgoingOptions): Outgoing {
  // The deadline of a call is its signal; undici's own would cut calls whose policy grants more.
  const agent = new Agent({
    connect: guardedConnector(options),
    connections: CONNECTIONS_PER_ORIGIN,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    async request(call) {
      const url = callableUrl(call.url);
      try {
        return await answerTo(agent, url, call);
      } catch (error) {
        throw asEffectError(error, url.host, call.signal);
      }
    },
    close: () => agent.close(),
  };
}

/**
 * Connects to checked addresses only. The connection is made to the very list that was checked: a name is resolved
 * once per connection, so an answer that changes between check and use (DNS rebinding) has nothing to change.
 */
function guardedConnector(options: OutgoingOptions): buildConnector.connector {
  const guard = new AddressGuard(options);
  const resolve = options.resolve ?? ((host: string) => systemLookup(host, { all: true }));
  const lookup: LookupFunction = (host, { all }, callback) => {
    checkedAddresses(host, resolve, guard).then(
      (addresses) => {
        if (all) callback(null, [...addresses]);
        else callback(null, addresses[0]!.address, addresses[0]!.family);
      },
      (error) => callback(error, []),
    );
  };
  const connector = buildConnector({ lookup, timeout: options.connectTimeoutMs ?? 10_000 });
  return (target, callback) => {
    // Node connects to a literal address without a look-up.
    const host = target.hostname.replace(/^\[(.*)\]$/, '$1');
    try {
      if (isIP(host) !== 0) guard.check(host, host);
    } catch (error) {
      callback(error as Error, null);
      return;
    }
    connector({ ...target, hostname: host }, callback);
  };
}

/** One forbidden address forbids the host: which of them gets the connection is the network's choice, not ours. */
async function checkedAddresses(
  host: string,
  resolve: NonNullable<OutgoingOptions['resolve']>,
  guard: AddressGuard,
): Promise<readonly ResolvedAddress[]> {
  const addresses = await resolve(host);
  if (addresses.length === 0) throw Object.assign(new Error('no address'), { code: 'ENOTFOUND' });
  for (const { address } of addresses) guard.check(host, address);
  return addresses;
}

function callableUrl(text: string): URL {
  // No message repeats the URL: it may hold a resolved secret.
  if (!URL.canParse(text)) throw effectError('ACTION_FAILED', 'the URL of the call cannot be read');
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw effectError(
      'TARGET_FORBIDDEN',
      `the URL begins with ${url.protocol}; only http: and https: are called`,
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw effectError(
      'ACTION_FAILED',
      `the URL of the call to ${url.host} holds credentials; send them in a header, as a secret:// reference`,
    );
  }
  return url;
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection broke off',
  ENOTFOUND: 'the name has no address',
  EAI_AGAIN: 'the name could not be resolved for now',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  UND_ERR_SOCKET: 'the connection broke off',
};

function asEffectError(error: unknown, host: string, signal: AbortSignal): EffectError {
  if (error instanceof EffectError) return error;
  if (signal.aborted) return ofAbort(signal.reason, host);
  const { code = 'no code', message } = error as { code?: string; message: string };
  if (code === 'UND_ERR_INVALID_ARG') {
    return effectError('ACTION_FAILED', `the call to ${host} cannot be sent: ${message}`, { cause: error });
  }
  const reason = REASONS[code] ?? message;
  return effectError('TARGET_UNREACHABLE', `${host} cannot be reached: ${reason} (${code})`, {
    cause: error,
  });
}

function ofAbort(reason: unknown, host: string): EffectError {
  if (reason instanceof EffectError) return reason;
  const late = reason instanceof Error && reason.name === 'TimeoutError';
  const message = `the call to ${host} ${late ? 'took too long' : `was given up: ${String(reason)}`}`;
  return effectError(late ? 'EFFECT_TIMEOUT' : 'EFFECT_FAILED', message, { cause: reason });
}
