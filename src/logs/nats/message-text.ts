import type { Msg, MsgHdrs } from 'nats';
import { structuredText } from '../binary-event.ts';

/**
 * The JSON text of an event that lies in a message, after the NATS protocol binding
 * (https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/nats-protocol-binding.md section 3): in structured mode
 * the data, in binary mode made of the `ce-` headers, whose values are percent-encoded as over HTTP.
 */
export function textOf(message: Msg): string {
  const { data, headers } = message;
  if (headers !== undefined) {
    const attributes = attributesOf(headers);
    if (attributes.size > 0 && !structured(headers)) {
      const type = attributes.get('datacontenttype') ?? lastOf(headers, 'content-type');
      attributes.delete('datacontenttype');
      const text = structuredText(attributes, type, data);
      if (text !== undefined) return text;
    }
  }
  // Mostly a piece of what the socket gave, which need not be wrapped again.
  const bytes = Buffer.isBuffer(data) ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return bytes.toString('utf8');
}

function attributesOf(headers: MsgHdrs): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const key of headers.keys()) {
    const name = key.toLowerCase();
    if (name.startsWith('ce-')) attributes.set(name.slice(3), decoded(headers.last(key)));
  }
  return attributes;
}

function structured(headers: MsgHdrs): boolean {
  return lastOf(headers, 'content-type')?.trim().toLowerCase().startsWith('application/cloudevents') === true;
}

/** NATS tells headers apart by case; the binding does not. */
function lastOf(headers: MsgHdrs, name: string): string | undefined {
  const key = headers.keys().find((each) => each.toLowerCase() === name);
  return key === undefined ? undefined : headers.last(key);
}

function decoded(value: string): string {
  const bare = value.length > 1 && value.startsWith('"') && value.endsWith('"');
  const unquoted = bare ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
  if (!unquoted.includes('%')) return unquoted;
  return unquoted.replace(/(?:%[0-9a-fA-F]{2})+/g, (escaped) => {
    try {
      return decodeURIComponent(escaped);
    } catch {
      return escaped; // no UTF-8: as it is, rather than nothing
    }
  });
}
