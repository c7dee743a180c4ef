import { TidegateError } from '../../model/errors.ts';

export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

/** What a URL says: where Redis is, and how to log in. */
export interface RedisAddress {
  readonly mode: 'single' | 'cluster' | 'sentinel';
  readonly nodes: readonly RedisNode[];
  readonly tls: boolean;
  readonly username?: string;
  readonly password?: string;
  /** Of the sentinels themselves; `sentinelPassword` in the query. */
  readonly sentinelPassword?: string;
  readonly db: number;
  /** The name the sentinels know the master by. */
  readonly master?: string;
}

const FORM = /^(rediss?)(?:\+(cluster|sentinel))?:\/\/(?:([^@/]*)@)?([^/?#@]+)(\/[^?#]*)?(?:\?([^#]*))?$/;
const PORTS = { single: 6379, cluster: 6379, sentinel: 26_379 } as const;

/**
 * Reads `redis://[user:password@]host[:port][/db]`, with `rediss` for TLS. Several hosts with commas between them, or
 * `redis+cluster`, are nodes of a Cluster; `redis+sentinel://.../master[/db]` names sentinels. Throws
 * INVALID_CONFIGURATION, never with the password in the message.
 */
export function parseRedisUrl(url: string): RedisAddress {
  const match = FORM.exec(url.trim());
  if (match === null)
    throw invalid('it does not read redis[s][+cluster|+sentinel]://[user:password@]host:port[/db]');
  const [, scheme, kind, login, hosts, path = '', query = ''] = match;
  const nodes = hosts!.split(',');
  const mode = (kind ?? (nodes.length > 1 ? 'cluster' : 'single')) as RedisAddress['mode'];
  const segments = path.split('/').slice(1).filter(Boolean);
  const master = mode === 'sentinel' ? segments.shift() : undefined;
  if (mode === 'sentinel' && master === undefined)
    throw invalid('the name of the master is missing after the sentinels');
  const db = databaseOf(segments);
  if (mode === 'cluster' && db !== 0) throw invalid('a Cluster has database 0 alone');
  const sentinelPassword = new URLSearchParams(query).get('sentinelPassword');
  return {
    mode,
    nodes: nodes.map((node) => nodeOf(node, PORTS[mode])),
    tls: scheme === 'rediss',
    ...loginOf(login),
    ...(sentinelPassword !== null && { sentinelPassword }),
    db,
    ...(master !== undefined && { master: decoded(master) }),
  };
}

function nodeOf(text: string, defaultPort: number): RedisNode {
  const match = /^(\[[0-9a-fA-F:.]+\]|[^:[\]\s]+)(?::(\d{1,5}))?$/.exec(text.trim());
  const port = match?.[2] === undefined ? defaultPort : Number(match[2]);
  if (match === null || port < 1 || port > 65_535) throw invalid(`"${text}" is no host:port`);
  return { host: match[1]!.replace(/^\[|\]$/g, ''), port };
}

function databaseOf(segments: readonly string[]): number {
  const [text = '0', ...rest] = segments;
  if (!/^\d{1,5}$/.test(text) || rest.length > 0)
    throw invalid(`"${segments.join('/')}" is no database number`);
  return Number(text);
}

function loginOf(login: string | undefined): { username?: string; password?: string } {
  if (login === undefined || login === '') return {};
  const colon = login.indexOf(':');
  const username = decoded(colon < 0 ? login : login.slice(0, colon));
  return {
    ...(username !== '' && { username }),
    ...(colon >= 0 && { password: decoded(login.slice(colon + 1)) }),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid('a percent sign stands for itself nowhere; write %25');
  }
}

function invalid(why: string): TidegateError {
  return new TidegateError('INVALID_CONFIGURATION', `The Redis URL is not valid: ${why}`);
}
