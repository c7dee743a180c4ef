import { createHash } from 'node:crypto';
import type { FastifyBaseLogger, FastifyRequest } from 'fastify';
import { TidegateError } from '../model/errors.ts';
import type { Clock } from '../workers/clock.ts';
import type { Gateway } from '../workers/gateway.ts';
import type { Principal } from './api-keys.ts';
import { invalidParameter } from './parameters.ts';
import type { Answer } from './route.ts';

const COLLECTION = 'idempotency';
const KEEP_MS = 86_400_000;
/** A front end that has died while it answered holds the key no longer than this. */
const PENDING_MS = 15_000;
const RENEW_MS = 5_000;
const POLL_MS = 100;
const WAIT_MS = 30_000;

interface Kept {
  readonly hash: string;
  /** Absent while the first request is being answered. */
  readonly answer?: Answer;
  /** Tells the front ends apart that may answer at the same time. */
  readonly by?: string;
}

/** One use of an Idempotency-Key. */
export interface Attempt {
  /** Names key, principal and path; the same for each repetition. Hex. */
  readonly id: string;
  /** Of everything that makes the request what it is. */
  readonly hash: string;
}

/** Undefined without the header. Throws INVALID_PARAMETER for one that is no 1 to 255 printable characters. */
export function attemptOf(
  request: FastifyRequest,
  raw: Buffer | undefined,
  principal: Principal,
): Attempt | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !/^[\x20-\x7e]{1,255}$/.test(key))
    throw invalidParameter('Idempotency-Key', String(key), 'must be 1 to 255 printable ASCII characters');
  const [path, query = ''] = (request.raw.url ?? '').split('?', 2);
  const id = createHash('sha256').update(JSON.stringify([principal.id, path, key]));
  const attributes = Object.entries(request.headers)
    .filter(([name]) => name.startsWith('ce-'))
    .sort();
  const hash = createHash('sha256').update(
    JSON.stringify([query, request.headers['content-type'], attributes]),
  );
  if (raw) hash.update(raw);
  return { id: id.digest('hex'), hash: hash.digest('base64') };
}

/**
 * Answers a repeated request with the first one's answer, for 24 hours. Only successes are kept: a request that failed
 * changed nothing and may be corrected and sent again under its key.
 */
export class Idempotency {
  readonly #records: Gateway['records'];
  readonly #clock: Clock;
  readonly #log: FastifyBaseLogger;
  readonly #inFlight = new Map<string, { hash: string; answer: Promise<Answer> }>();
  #count = 0;

  constructor(gateway: Gateway, clock: Clock, log: FastifyBaseLogger) {
    this.#records = gateway.records;
    this.#clock = clock;
    this.#log = log;
  }

  /** Throws IDEMPOTENCY_CONFLICT when the key belongs to another request, and what `handle` throws. */
  async once(attempt: Attempt, handle: () => Promise<Answer>): Promise<Answer> {
    const running = this.#inFlight.get(attempt.id);
    if (running) {
      requireSame(running.hash, attempt);
      return replayed(await running.answer);
    }
    const answer = this.#claim(attempt, handle);
    this.#inFlight.set(attempt.id, { hash: attempt.hash, answer });
    try {
      return await answer;
    } finally {
      this.#inFlight.delete(attempt.id);
    }
  }

  async #claim(attempt: Attempt, handle: () => Promise<Answer>): Promise<Answer> {
    const giveUp = this.#clock.now() + WAIT_MS;
    const by = `${process.pid}-${this.#clock.now()}-${++this.#count}`;
    const mine = JSON.stringify({ hash: attempt.hash, by } satisfies Kept);
    for (;;) {
      const now = this.#clock.now();
      const standing = await this.#records.add(COLLECTION, attempt.id, mine, now + PENDING_MS);
      if (standing === mine) return this.#perform(attempt, mine, handle);
      const kept = JSON.parse(standing) as Kept;
      requireSame(kept.hash, attempt);
      if (kept.answer) return replayed(kept.answer);
      if (now > giveUp)
        throw new TidegateError(
          'NOT_READY',
          'the first request with this Idempotency-Key is still being answered',
        );
      await new Promise<void>((resolve) => this.#clock.after(POLL_MS, resolve));
    }
  }

  async #perform(attempt: Attempt, mine: string, handle: () => Promise<Answer>): Promise<Answer> {
    const { id, hash } = attempt;
    let renewal = () => {};
    const renew = () => {
      renewal = this.#clock.after(RENEW_MS, () => {
        this.#keep(id, mine, PENDING_MS);
        renew();
      });
    };
    renew();
    try {
      const answer = await handle();
      renewal();
      await this.#keep(id, JSON.stringify({ hash, answer } satisfies Kept), KEEP_MS);
      return answer;
    } catch (error) {
      renewal();
      await this.#records.delete(COLLECTION, id).catch((failure) => this.#warn(failure));
      throw error;
    }
  }

  /** What was done stands whether or not its record could be written; the pending one then runs out by itself. */
  async #keep(id: string, value: string, ms: number): Promise<void> {
    try {
      await this.#records.put(COLLECTION, id, value, this.#clock.now() + ms);
    } catch (failure) {
      this.#warn(failure);
    }
  }

  #warn(failure: unknown): void {
    this.#log.warn({ err: failure }, 'an idempotency record could not be written');
  }
}

function requireSame(hash: string, attempt: Attempt): void {
  if (hash !== attempt.hash)
    throw new TidegateError('IDEMPOTENCY_CONFLICT', 'the Idempotency-Key was used with another request');
}

function replayed(answer: Answer): Answer {
  return { ...answer, headers: { ...answer.headers, 'idempotent-replayed': 'true' } };
}
