import type { Effect } from '../model/effect.ts';
import { effectError } from './effect-error.ts';

/** They belong to the connection or its framing, or would lead a call past the host that was checked. */
const OURS = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'tidegate-callback',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * The headers of a definition, names in lower case; null leaves one out. Throws ACTION_FAILED for what no header can
 * hold and for the headers that only the engine sets. Messages never show values.
 */
export function givenHeaders(headers: unknown): Record<string, string> {
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers ?? {})) {
    const lower = name.toLowerCase();
    if (OURS.has(lower))
      throw effectError('ACTION_FAILED', `header "${name}" is set by the engine; leave it out`);
    if (value === null) continue;
    if (typeof value === 'object') throw effectError('ACTION_FAILED', `header "${name}" is no text`);
    given[lower] = String(value);
  }
  return given;
}

/** What every call carries. `idempotency-key` is the effect's id: the same whenever this attempt is delivered again. */
export function engineHeaders(effect: Effect, version: string): Record<string, string> {
  return {
    'user-agent': `tidegate/${version}`,
    'idempotency-key': headerText(effect.id),
    ...(effect.traceparent !== undefined && { traceparent: headerText(effect.traceparent) }),
    // Answers are bounded by their size as sent, so nothing may hide behind a compression.
    'accept-encoding': 'identity',
  };
}

/** Percent-encoded where it leaves printable ASCII, and "%" itself, so that decoding gives the text back. */
export function headerText(text: string): string {
  return text.replace(/[^\x21-\x24\x26-\x7e]+/gu, (piece) =>
    Array.from(Buffer.from(piece), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}
