import type { FastifyRequest } from 'fastify';
import type { Clock } from '../../workers/clock.ts';
import { requireLocalBrowsing } from '../access.ts';
import type { ApiKeys, Principal } from '../api-keys.ts';
import { ALL_SCOPES, type Scope } from '../scopes.ts';
import type { AwsKey } from './aws-keys.ts';
import { ServiceError } from './service-error.ts';
import { readSignature, type SignatureClaim, verifySignature } from './signature.ts';

/** Who makes the request, as far as its head tells. */
export interface Caller {
  readonly principal: Principal;
  /** Still to be verified, once the body is there. */
  readonly signed?: { readonly claim: SignatureClaim; readonly key: AwsKey };
}

/**
 * Who may call the service. With pairs of keys requests are signed (Signature Version 4); an API key does as well, as a bearer token or as
 * the session token of a client's credentials. Without either the loopback is served, as for the rest of the front end.
 */
export class AwsAccess {
  readonly #keys: ReadonlyMap<string, AwsKey>;
  readonly #apiKeys: ApiKeys;
  readonly #allowedHosts: readonly string[];
  readonly #clock: Clock;

  constructor(
    keys: ReadonlyMap<string, AwsKey>,
    apiKeys: ApiKeys,
    allowedHosts: readonly string[],
    clock: Clock,
  ) {
    this.#keys = keys;
    this.#apiKeys = apiKeys;
    this.#allowedHosts = allowedHosts;
    this.#clock = clock;
  }

  /** Before the body is read. Throws the service's errors. */
  async identify(request: FastifyRequest): Promise<Caller> {
    if (this.#keys.size === 0 && !(await this.#apiKeys.required())) {
      requireLocalBrowsing(request, this.#allowedHosts);
      return { principal: { id: 'anybody', scopes: ALL_SCOPES } };
    }
    const { authorization = '', 'x-amz-security-token': session } = request.headers;
    const bearer = /^Bearer +([!-~]{1,256}) *$/i.exec(authorization)?.[1];
    for (const key of [bearer, session]) {
      const principal = typeof key === 'string' ? await this.#apiKeys.verify(key) : undefined;
      if (principal) return { principal };
    }
    const claim = bearer === undefined ? readSignature(authorization) : undefined;
    if (claim === undefined && bearer === undefined)
      throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token');
    const key = claim && this.#keys.get(claim.accessKey);
    if (claim === undefined || key === undefined)
      throw new ServiceError(
        'UnrecognizedClientException',
        'The security token included in the request is invalid.',
      );
    return { principal: { id: key.accessKey, scopes: key.scopes }, signed: { claim, key } };
  }

  /** With the body. Throws InvalidSignatureException. */
  verify({ signed }: Caller, request: FastifyRequest, body: Uint8Array): void {
    if (signed === undefined) return;
    const { method, url = '/', headers } = request.raw;
    verifySignature(
      signed.claim,
      { method: method as string, url, headers, body },
      signed.key.secret,
      this.#clock.now(),
    );
  }
}

/** Throws AccessDeniedException. */
export function requireScope({ principal }: Caller, scope: Scope, operation: string): void {
  if (principal.scopes.includes(scope)) return;
  throw new ServiceError(
    'AccessDeniedException',
    `User: ${principal.id} is not authorized to perform: states:${operation}; it wants the scope "${scope}"`,
  );
}
