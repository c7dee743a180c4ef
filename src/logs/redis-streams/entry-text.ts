import { structuredText } from '../binary-event.ts';

const PREFIX = 'ce_';

/**
 * The JSON text of an event that a program put into the ingress: the field `event`, or fields `ce_<attribute>` with `data` (text)
 * or `data_base64`, and `content-type`. Anything else becomes the JSON of its fields, which ends among the dead letters.
 */
export function entryText(fields: readonly string[]): string {
  const named = new Map<string, string>();
  for (let i = 0; i + 1 < fields.length; i += 2) named.set(fields[i]!, fields[i + 1]!);
  return named.get('event') ?? binaryText(named) ?? JSON.stringify(Object.fromEntries(named));
}

function binaryText(named: ReadonlyMap<string, string>): string | undefined {
  const attributes = new Map<string, string>();
  for (const [name, value] of named) {
    if (name.startsWith(PREFIX)) attributes.set(name.slice(PREFIX.length), value);
  }
  const type = attributes.get('datacontenttype') ?? named.get('content-type');
  attributes.delete('datacontenttype');
  const base64 = named.get('data_base64');
  const data = base64 === undefined ? Buffer.from(named.get('data') ?? '') : Buffer.from(base64, 'base64');
  return structuredText(attributes, type, data);
}
