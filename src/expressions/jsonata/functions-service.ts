import { createHash } from 'node:crypto';
import { BuiltIn, of } from './built-in.ts';
import type { Evaluation } from './evaluation.ts';
import { Fault } from './fault.ts';
import { readJson } from './read-json.ts';
import { asList, type List, newList, newSequence } from './values.ts';

/** A list cut into lists of so many elements. */
function partition(evaluation: Evaluation, list: readonly unknown[], size?: number): List {
  if (size === undefined || !Number.isInteger(size) || size <= 0) {
    throw new Fault('D3137', {
      message: 'The chunk size of the partition function must be a positive integer',
    });
  }
  evaluation.charge(list.length);
  const chunks = newList();
  for (let i = 0; i < list.length; i += size) chunks.push(asList(list.slice(i, i + size)));
  return chunks;
}

/** Numbers from one to another, both included if the steps reach it. */
function range(evaluation: Evaluation, first: number, last?: number, step?: number): List | undefined {
  if (last === undefined || step === undefined) return undefined;
  if (step === 0 || !Number.isFinite(step)) {
    throw new Fault('D3137', { message: 'The delta of the range function must not be zero' });
  }
  const size = Math.max(0, Math.floor((last - first) / step) + 1);
  evaluation.requireResult(size);
  evaluation.charge(size);
  const numbers = newSequence();
  for (let i = 0; i < size; i++) numbers.push(first + i * step);
  return numbers;
}

const ALGORITHMS: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

function hash(evaluation: Evaluation, text: string, name?: string): string {
  const algorithm = name === undefined || !Object.hasOwn(ALGORITHMS, name) ? undefined : ALGORITHMS[name];
  if (algorithm === undefined) {
    throw new Fault('D3137', {
      message: `The algorithm of the hash function must be one of ${Object.keys(ALGORITHMS).join(', ')}`,
    });
  }
  evaluation.chargeText(text.length * 4);
  return createHash(algorithm).update(text).digest('hex');
}

function random(evaluation: Evaluation, seed?: number): number {
  if (seed === undefined) return evaluation.draw.random();
  if (!Number.isFinite(seed)) throw new Fault('D1001', { value: seed });
  return seeded(seed);
}

const MULTIPLIER = 0x5deece66dn;
const MASK = (1n << 48n) - 1n;

/** The first number of the linear congruential generator with 48 bits (that of drand48) for a seed. */
function seeded(seed: number): number {
  let state = (BigInt(Math.trunc(seed)) ^ MULTIPLIER) & MASK;
  const next = (bits: bigint): bigint => {
    state = (state * MULTIPLIER + 0xbn) & MASK;
    return state >> (48n - bits);
  };
  const high = next(26n);
  return Number((high << 27n) + next(27n)) / 2 ** 53;
}

/** Of version 4. */
function uuid(evaluation: Evaluation): string {
  let hex = '';
  for (let i = 0; i < 4; i++) {
    hex += Math.floor(evaluation.draw.random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  }
  const variant = '89ab'[Number.parseInt(hex[16]!, 16) % 4];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** What Step Functions adds to the language. */
export const SERVICE_FUNCTIONS: readonly BuiltIn[] = [
  of('partition', '<an:a>', 2, partition),
  of('range', '<nnn:a>', 3, range),
  of('hash', '<ss:s>', 2, hash),
  new BuiltIn('random', '<n?:n>', 1, random),
  new BuiltIn('uuid', '<:s>', 0, uuid),
  of('parse', '<s:x>', 1, readJson),
];
