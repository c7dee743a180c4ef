import type { CloudEvent } from './cloud-event.ts';
import { checkEvent, encodeEvent, parseEvent, requireEventSize } from './cloud-event-codec.ts';
import { TidegateError } from './errors.ts';
import { decodeUtf8, parseJson, refuseUnsafeKeys } from './json.ts';
import { type Limits, requireWithin } from './limits.ts';

/**
 * The CloudEvents HTTP protocol binding 1.0.2 in its three modes
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md).
 */
export type HttpHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

const STRUCTURED = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';
const EXTERNAL = { external: true };

/**
 * The events of a request from outside: one, or those of a batch in order. Throws UNSUPPORTED_MEDIA_TYPE where the
 * request is no CloudEvent, INVALID_EVENT and RESERVED_TYPE (in a batch with the element's pointer), LIMIT_EXCEEDED, and what
 * `parseJson` throws.
 */
export function fromHttp(headers: HttpHeaders, body: Uint8Array | string, limits: Limits): CloudEvent[] {
  const lower = lowerCased(headers);
  const contentType = lower['content-type'] ?? '';
  const mediaType = mediaTypeOf(contentType);
  if (mediaType === STRUCTURED) return [parseEvent(textOf(body, contentType), limits, EXTERNAL)];
  if (mediaType === BATCH) return parseBatch(textOf(body, contentType), limits);
  if (mediaType.startsWith('application/cloudevents')) {
    throw new TidegateError(
      'UNSUPPORTED_MEDIA_TYPE',
      `content-type ${mediaType} is not among ${STRUCTURED} and ${BATCH}`,
    );
  }
  return [readBinary(lower, contentType, body, limits)];
}

function parseBatch(text: string, limits: Limits): CloudEvent[] {
  // The array around the events is one level more than each of them may have.
  const values = parseJson(text, { jsonDepth: limits.jsonDepth + 1 });
  if (!Array.isArray(values)) throw new TidegateError('INVALID_EVENT', 'a batch is a JSON array of events');
  requireWithin(limits, 'batchEvents', values.length, 'the batch in events');
  return values.map((value: unknown, index) => {
    try {
      const event = checkEvent(value, EXTERNAL);
      if (text.length * 3 > limits.eventBytes) requireEventSize(encodeEvent(event), limits);
      return event;
    } catch (error) {
      throw error instanceof TidegateError ? atIndex(error, index) : error;
    }
  });
}

function atIndex(error: TidegateError, index: number): TidegateError {
  return new TidegateError(error.code, `event ${index} of the batch: ${error.message}`, {
    cause: error,
    place: { pointer: `/${index}${error.place?.pointer ?? ''}` },
    ...(error.details && { details: error.details }),
  });
}

function readBinary(
  headers: Readonly<Record<string, string>>,
  contentType: string,
  body: Uint8Array | string,
  limits: Limits,
): CloudEvent {
  const attributes: [string, unknown][] = [];
  for (const [header, value] of Object.entries(headers)) {
    if (!header.startsWith('ce-')) continue;
    const name = header.slice(3);
    if (name === 'data' || name === 'data_base64' || name === 'datacontenttype') {
      throw new TidegateError(
        'INVALID_EVENT',
        `header "${header}" is not allowed; data is the body, its type Content-Type`,
      );
    }
    attributes.push([name, decodeHeader(header, value)]);
  }
  if (attributes.length === 0) {
    throw new TidegateError(
      'UNSUPPORTED_MEDIA_TYPE',
      `content-type ${JSON.stringify(contentType)} without ce-* headers is no CloudEvent; send ${STRUCTURED}, ${BATCH} or ce-* headers`,
    );
  }
  const event: Record<string, unknown> = Object.fromEntries(attributes);
  refuseUnsafeKeys(event);
  if (contentType !== '') event.datacontenttype = inUtf8(contentType);
  if (body.length > 0) {
    if (isJson(contentType)) event.data = parseJson(textOf(body, contentType), limits);
    else if (isText(contentType)) event.data = textOf(body, contentType);
    else event.data_base64 = Buffer.from(body as Uint8Array).toString('base64');
  }
  const checked = checkEvent(event, EXTERNAL);
  // Escapes can make six bytes of JSON from one byte of body; only what comes near the limit is measured.
  if ((body.length + 16_384) * 6 > limits.eventBytes) requireEventSize(encodeEvent(checked), limits);
  return checked;
}

export type HttpMode = 'binary' | 'structured';
export interface HttpMessage {
  /** Names in lower case. */
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array;
}

export function toHttp(event: CloudEvent, mode: HttpMode): HttpMessage {
  if (mode === 'structured') return { headers: { 'content-type': STRUCTURED }, body: encodeEvent(event) };
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(event)) {
    if (value === undefined || value === null || name === 'data' || name === 'data_base64') continue;
    if (name !== 'datacontenttype') headers[`ce-${name}`] = encodeHeader(String(value));
  }
  const { data, data_base64: base64, datacontenttype } = event;
  // The JSON format takes data without a content type for JSON; over HTTP that has to be said.
  const contentType = datacontenttype ?? (data === undefined ? undefined : 'application/json');
  if (contentType !== undefined) headers['content-type'] = contentType;
  if (base64 !== undefined) return { headers, body: Buffer.from(base64, 'base64') };
  if (data === undefined) return { headers, body: '' };
  return {
    headers,
    body: typeof data === 'string' && !isJson(contentType ?? '') ? data : JSON.stringify(data),
  };
}

export function toHttpBatch(events: readonly CloudEvent[]): HttpMessage {
  return { headers: { 'content-type': BATCH }, body: `[${events.map(encodeEvent).join(',')}]` };
}

function lowerCased(headers: HttpHeaders): Record<string, string> {
  const lower: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) lower[name.toLowerCase()] = typeof value === 'string' ? value : value.join(', ');
  }
  return lower;
}

/** Section 3.1.3.2: quotes are undone first, then one round of percent-decoding. */
function decodeHeader(header: string, value: string): string {
  const bare = value.length > 1 && value.startsWith('"') && value.endsWith('"');
  const unquoted = bare ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
  if (!unquoted.includes('%')) return unquoted;
  return unquoted.replace(/(?:%[0-9a-fA-F]{2})+/g, (escaped) => {
    try {
      return decodeURIComponent(escaped);
    } catch (cause) {
      throw new TidegateError('INVALID_EVENT', `header "${header}" holds ${escaped}, which is not UTF-8`, {
        cause,
      });
    }
  });
}

/** Section 3.1.3.2: space, double quote, percent and everything outside printable ASCII. */
function encodeHeader(value: string): string {
  return value.replace(/[^\x21\x23\x24\x26-\x7e]+/gu, (piece) =>
    Array.from(Buffer.from(piece), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}

function mediaTypeOf(contentType: string): string {
  return (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
}
function isJson(contentType: string): boolean {
  const mediaType = mediaTypeOf(contentType);
  return mediaType.endsWith('/json') || mediaType.endsWith('+json');
}
function isText(contentType: string): boolean {
  const mediaType = mediaTypeOf(contentType);
  return mediaType.startsWith('text/') || mediaType.endsWith('/xml') || mediaType.endsWith('+xml');
}

const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]+)"?/i;

function charsetOf(contentType: string): string {
  return CHARSET.exec(contentType)?.[1]?.toLowerCase() ?? 'utf-8';
}

/** The text is held in memory as such, so whatever charset it came in is not its charset any more. */
function inUtf8(contentType: string): string {
  if (!isJson(contentType) && !isText(contentType)) return contentType;
  return charsetOf(contentType) === 'utf-8' ? contentType : contentType.replace(CHARSET, '; charset=utf-8');
}

function textOf(body: Uint8Array | string, contentType: string): string {
  if (typeof body === 'string') return body;
  const charset = charsetOf(contentType);
  if (charset === 'utf-8' && isJson(contentType)) return decodeUtf8(body);
  let decoder: InstanceType<typeof TextDecoder>;
  try {
    decoder = new TextDecoder(charset, { fatal: true });
  } catch (cause) {
    throw new TidegateError(
      'UNSUPPORTED_MEDIA_TYPE',
      `the charset ${JSON.stringify(charset)} is unknown; send utf-8`,
      { cause },
    );
  }
  try {
    return decoder.decode(body);
  } catch (cause) {
    throw new TidegateError('INVALID_EVENT', `the body is not valid ${charset}`, { cause });
  }
}
