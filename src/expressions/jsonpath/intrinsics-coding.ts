import { createHash } from 'node:crypto';
import { type Apply, intrinsic } from './intrinsic-row.ts';
import type { Invocation } from './invocation.ts';

/** Characters that a text may have to be encoded, decoded or hashed. */
const TEXT_LENGTH = 10_000;

const ALGORITHMS: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

function boundedText(value: unknown, which: string, call: Invocation): string {
  const text = call.string(value, which);
  if (text.length > TEXT_LENGTH) {
    call.fail(`${which} has ${text.length} characters; the most is ${TEXT_LENGTH}`);
  }
  call.budget.characters(text.length);
  return text;
}

const encode: Apply = ([value], call) =>
  Buffer.from(boundedText(value, 'the argument', call), 'utf8').toString('base64');

const decode: Apply = ([value], call) => {
  const text = boundedText(value, 'the argument', call);
  if (!isBase64(text)) call.fail('the argument is not Base64');
  return Buffer.from(text, 'base64').toString('utf8');
};

/** The alphabet of RFC 4648, section 4; padding may be left out. */
function isBase64(text: string): boolean {
  const body = text.endsWith('==') ? text.slice(0, -2) : text.endsWith('=') ? text.slice(0, -1) : text;
  if (body.length !== text.length && text.length % 4 !== 0) return false;
  return body.length % 4 !== 1 && /^[A-Za-z0-9+/]*$/.test(body);
}

const hash: Apply = ([value, name], call) => {
  const text = boundedText(value, 'the first argument', call);
  const algorithm = call.string(name, 'the second argument');
  if (!Object.hasOwn(ALGORITHMS, algorithm)) {
    call.fail(`the second argument must be one of ${Object.keys(ALGORITHMS).join(', ')}`);
  }
  return createHash(ALGORITHMS[algorithm]!).update(text, 'utf8').digest('hex');
};

const uuid: Apply = (_values, { scope }) => {
  const bytes = Array.from({ length: 16 }, () => Math.floor(scope.random() * 256));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const digits = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};

export const CODING_INTRINSICS = [
  intrinsic('Base64Encode', 1, 1, encode),
  intrinsic('Base64Decode', 1, 1, decode),
  intrinsic('Hash', 2, 2, hash),
  intrinsic('UUID', 0, 0, uuid),
] as const;
