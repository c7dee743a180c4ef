import { createHash, randomBytes } from 'node:crypto';
import { TidegateError } from '../model/errors.ts';
import type { Clock } from '../workers/clock.ts';
import type { Gateway } from '../workers/gateway.ts';
import type { ConfiguredKey } from './configured-keys.ts';
import { hashKey, type KeyHash, matchesHash } from './key-hash.ts';
import type { Scope } from './scopes.ts';

/** Who makes a request: a key, or anybody on the loopback as long as there are no keys. */
export interface Principal {
  readonly id: string;
  readonly scopes: readonly Scope[];
}

export interface ApiKeyDocument extends Principal {
  readonly name: string;
  readonly createdAt: string;
  readonly expiresAt?: string;
}

type KeptKey = Omit<ApiKeyDocument, 'id'> & KeyHash;

const COLLECTION = 'api-keys';
/** How long another front end may go on honouring a key that was deleted, or not know of the first one created. */
const CACHE_MS = 5_000;
const CACHE_SIZE = 1_000;
const KEY = /^tg_([0-9a-f]{16})_[A-Za-z0-9_-]{43}$/;

/** Keys as `tg_ID_SECRET` with 256 random bits. The store keeps their salted hashes, the configuration may bring more. */
export class ApiKeys {
  readonly #records: Gateway['records'];
  readonly #configured: readonly ConfiguredKey[];
  readonly #clock: Clock;
  readonly #verified = new Map<string, { principal: Principal; until: number }>();
  #anyKept: { answer: boolean; until: number } | undefined;
  #required: boolean;

  constructor(gateway: Gateway, configured: readonly ConfiguredKey[], required: boolean, clock: Clock) {
    this.#records = gateway.records;
    this.#configured = configured;
    this.#required = required || configured.length > 0;
    this.#clock = clock;
  }

  /** From here on keys are asked for even if the last one is deleted. */
  require(): void {
    this.#required = true;
  }

  /** Whether requests need a key. */
  async required(): Promise<boolean> {
    if (this.#required) return true;
    const now = this.#clock.now();
    if (this.#anyKept === undefined || this.#anyKept.until < now) {
      const answer = (await this.#records.list(COLLECTION)).length > 0;
      this.#anyKept = { answer, until: now + CACHE_MS };
    }
    return this.#anyKept.answer;
  }

  /** Undefined for a key that is not known, wrong or expired. */
  async verify(key: string): Promise<Principal | undefined> {
    for (const configured of this.#configured) if (matchesHash(key, configured.kept)) return configured;
    const id = KEY.exec(key)?.[1];
    if (id === undefined) return undefined;
    const fingerprint = createHash('sha256').update(key).digest('base64');
    const now = this.#clock.now();
    const known = this.#verified.get(fingerprint);
    if (known && known.until > now) return known.principal;
    const text = await this.#records.get(COLLECTION, id);
    if (text === undefined) return undefined;
    const kept = JSON.parse(text) as KeptKey;
    if (!matchesHash(key, kept)) return undefined;
    const expiresAt = kept.expiresAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(kept.expiresAt);
    if (expiresAt <= now) return undefined;
    const principal = { id, scopes: kept.scopes };
    if (this.#verified.size >= CACHE_SIZE) this.#verified.clear();
    this.#verified.set(fingerprint, { principal, until: Math.min(now + CACHE_MS, expiresAt) });
    return principal;
  }

  /** The key itself is in this answer and nowhere else. */
  async create(wanted: {
    name: string;
    scopes: readonly Scope[];
    expiresAt?: string;
  }): Promise<ApiKeyDocument & { readonly key: string }> {
    const now = this.#clock.now();
    if (!(await this.required()) && !wanted.scopes.includes('admin')) {
      throw new TidegateError(
        'INVALID_BODY',
        'the first key must hold the scope "admin": without it nobody could create another',
        {
          place: { pointer: '/scopes' },
        },
      );
    }
    const id = randomBytes(8).toString('hex');
    const key = `tg_${id}_${randomBytes(32).toString('base64url')}`;
    const { name, scopes, expiresAt } = wanted;
    if (expiresAt !== undefined && !(Date.parse(expiresAt) > now)) {
      throw new TidegateError('INVALID_BODY', `expiresAt is ${JSON.stringify(expiresAt)}, which is past`, {
        place: { pointer: '/expiresAt' },
      });
    }
    const document = {
      name,
      scopes,
      createdAt: new Date(now).toISOString(),
      ...(expiresAt !== undefined && { expiresAt }),
    };
    const kept: KeptKey = { ...document, ...hashKey(key, randomBytes(16).toString('hex')) };
    const expiry = expiresAt === undefined ? undefined : Date.parse(expiresAt);
    await this.#records.put(COLLECTION, id, JSON.stringify(kept), expiry);
    this.#anyKept = undefined;
    return { id, ...document, key };
  }

  async list(): Promise<readonly ApiKeyDocument[]> {
    const kept = (await this.#records.list(COLLECTION)).map(({ id, value }) => {
      const { salt: _salt, hash: _hash, ...document } = JSON.parse(value) as KeptKey;
      return { id, ...document };
    });
    return kept.sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
  }

  /** False when there was none. */
  async delete(id: string): Promise<boolean> {
    this.#verified.clear();
    this.#anyKept = undefined;
    return this.#records.delete(COLLECTION, id);
  }
}
