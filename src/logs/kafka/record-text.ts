import { isUtf8 } from 'node:buffer';
import { structuredText } from '../binary-event.ts';

/**
 * What a record with headers says as one structured-mode CloudEvent: the Kafka protocol binding 1.0.2
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md).
 */

const EMPTY = Buffer.alloc(0);
const PREFIX = 'ce_';

/**
 * The text of a record: structured mode and anything that is no CloudEvent as it is, binary mode as the JSON format has it.
 * `headers` is the place of the headers' count in `bytes`; a length of -1 stands for null.
 */
export function recordText(
  bytes: Buffer,
  key: number,
  keyLength: number,
  value: number,
  valueLength: number,
  headers: number,
): string {
  const raw = valueLength > 0 ? bytes.subarray(value, value + valueLength) : undefined;
  const { attributes, contentType } = headersOf(bytes, headers);
  const structured = contentType?.toLowerCase().startsWith('application/cloudevents') ?? false;
  const asItIs = raw?.toString('utf8') ?? '';
  if (structured || attributes.size === 0) return asItIs;
  if (keyLength > 0 && !attributes.has('partitionkey')) {
    const name = bytes.subarray(key, key + keyLength);
    if (isUtf8(name)) attributes.set('partitionkey', name.toString('utf8'));
  }
  const type = contentType ?? attributes.get('datacontenttype');
  attributes.delete('datacontenttype');
  return structuredText(attributes, type, raw ?? EMPTY) ?? asItIs;
}

function headersOf(
  bytes: Buffer,
  start: number,
): { attributes: Map<string, string>; contentType: string | undefined } {
  const attributes = new Map<string, string>();
  let contentType: string | undefined;
  let at = start;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!;
      value |= (byte & 0x7f) << shift;
      if (!(byte > 0x7f)) return (value >>> 1) ^ -(value & 1);
    }
  };
  const text = (): string | undefined => {
    const length = varint();
    if (length < 0) return undefined;
    at += length;
    return bytes.toString('utf8', at - length, at);
  };
  for (let left = varint(); left > 0; left -= 1) {
    const name = text()!.toLowerCase();
    const content = text();
    if (content === undefined) continue;
    if (name === 'content-type') contentType = content;
    else if (name.startsWith(PREFIX)) attributes.set(name.slice(PREFIX.length), content);
  }
  return { attributes, contentType };
}
