import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { TidegateError } from '../model/errors.ts';
import type { ApiKeys, Principal } from './api-keys.ts';
import type { Route } from './route.ts';
import { ALL_SCOPES } from './scopes.ts';

const ANYBODY: Principal = { id: 'anybody', scopes: ALL_SCOPES };

/** Throws UNAUTHENTICATED or FORBIDDEN unless the request may use the route. */
export async function authorize(
  request: FastifyRequest,
  route: Pick<Route, 'scope'> | undefined,
  keys: ApiKeys,
  allowedHosts: readonly string[],
): Promise<Principal> {
  if (!(await keys.required())) {
    requireLocalBrowsing(request, allowedHosts);
    return ANYBODY;
  }
  if (route === undefined || route.scope === 'public') return ANYBODY;
  const key = /^Bearer +([!-~]{1,256}) *$/i.exec(request.headers.authorization ?? '')?.[1];
  if (key === undefined) throw new TidegateError('UNAUTHENTICATED', 'the request carries no API key');
  const principal = await keys.verify(key);
  if (!principal) throw new TidegateError('UNAUTHENTICATED', 'the API key is unknown or has expired');
  if (!principal.scopes.includes(route.scope)) {
    throw new TidegateError(
      'FORBIDDEN',
      `this route wants the scope "${route.scope}"; the key holds ${principal.scopes.join(', ')}`,
      {
        details: { scope: route.scope },
      },
    );
  }
  return principal;
}

/**
 * Without keys the loopback address is the only fence, and a browser on this machine reaches through it for any page it
 * shows: by a name that resolves to 127.0.0.1 (DNS rebinding), or by posting across origins without asking.
 */
export function requireLocalBrowsing(request: FastifyRequest, allowedHosts: readonly string[]): void {
  const host = hostNameOf(request.headers.host ?? '');
  // Clients of Step Functions put it before the name for two of the operations.
  const bare = host.replace(/^sync-/, '');
  if (![host, bare].some((name) => isLoopback(name) || allowedHosts.includes(name))) {
    throw new TidegateError(
      'FORBIDDEN',
      `the Host header names ${JSON.stringify(host.slice(0, 80))}; without API keys only loopback names are answered`,
    );
  }
  const { origin } = request.headers;
  if (origin !== undefined && origin.toLowerCase() !== `http://${request.headers.host?.toLowerCase()}`) {
    throw new TidegateError(
      'FORBIDDEN',
      `the request comes from a page of ${JSON.stringify(origin.slice(0, 80))}; without API keys only pages of this server may call it`,
    );
  }
}

function hostNameOf(header: string): string {
  return header
    .toLowerCase()
    .replace(/:\d{1,5}$/, '')
    .replace(/^\[(.*)\]$/, '$1');
}

/** Of a name or an address, without brackets and port. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host.endsWith('.localhost') || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}
