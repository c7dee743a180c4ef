import type { IncomingMessage } from 'node:http';
import { TidegateError } from '../model/errors.ts';

/**
 * Reads a whole body. One that is too large is read on and thrown away, up to `DRAIN_FACTOR` times the limit, so that
 * the client gets to see the answer instead of a reset connection; beyond that the connection closes.
 */
export async function readBytes(payload: IncomingMessage, limit: number): Promise<Buffer> {
  const announced = Number(payload.headers['content-length'] ?? 0);
  const expectsConsent = payload.headers.expect !== undefined;
  if (announced > limit && (expectsConsent || announced > limit * DRAIN_FACTOR))
    throw tooLarge(announced, limit);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let received = 0;
    payload.on('data', (chunk: Buffer) => {
      received += chunk.length;
      if (received <= limit) chunks.push(chunk);
      else if (received > limit * DRAIN_FACTOR) {
        payload.pause();
        reject(tooLarge(received, limit));
      } else chunks.length = 0;
    });
    payload.once('end', () => {
      if (received > limit) reject(tooLarge(received, limit));
      // One chunk is a view of the socket's buffer of which nothing else is read again; the events keep no part of it.
      else resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, received));
    });
    const cutOff = (cause?: unknown) =>
      reject(new TidegateError('INVALID_BODY', 'the request ended before its body was complete', { cause }));
    payload.once('error', cutOff);
    payload.once('aborted', cutOff);
  });
}

const DRAIN_FACTOR = 32;

function tooLarge(bytes: number, limit: number): TidegateError {
  return new TidegateError(
    'BODY_TOO_LARGE',
    `the body has ${bytes} bytes or more; this route takes ${limit}`,
    {
      details: { limit: 'bodyBytes', maximum: limit },
    },
  );
}

/** Lower case, without parameters. */
export function mediaTypeOf(contentType: string | undefined): string {
  return (contentType?.split(';', 1)[0] ?? '').trim().toLowerCase();
}

/** `application/json` and what is built on it. */
export function isJson(mediaType: string): boolean {
  return mediaType === 'application/json' || mediaType === 'text/json' || mediaType.endsWith('+json');
}

const YAML = new Set(['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml']);
export function isYaml(mediaType: string): boolean {
  return YAML.has(mediaType);
}
