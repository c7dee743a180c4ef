import { isUtf8 } from 'node:buffer';

/**
 * The JSON text of an event that came in the binary content mode of a protocol binding: attributes beside the data.
 * Nothing is checked but what the text could not express; whoever reads the text does that. Where the data is not what its
 * type says, the text is no JSON either, so that it ends among the dead letters with the reason and its content.
 */
export function structuredText(
  attributes: ReadonlyMap<string, string>,
  contentType: string | undefined,
  data: Uint8Array,
): string {
  const event: Record<string, unknown> = {};
  for (const [name, value] of attributes) {
    if (name === 'data' || name === 'data_base64') return refused(`there is an attribute "${name}"`, data);
    // Never set by assignment alone: "__proto__" would change the object instead.
    Object.defineProperty(event, name, { value, enumerable: true, configurable: true });
  }
  if (contentType !== undefined && contentType !== '') event['datacontenttype'] = contentType;
  if (data.length === 0) return JSON.stringify(event);
  const type = mediaTypeOf(contentType ?? '');
  const utf8 = charsetOf(contentType ?? '') === 'utf-8' && isUtf8(data);
  if (isJson(type)) {
    const text = utf8 ? textOf(data) : undefined;
    if (text === undefined || !isJsonText(text)) return refused(`its data is not ${type}`, data);
    // As it came, so that no number loses digits on the way.
    return `${JSON.stringify(event).slice(0, -1)}${Object.keys(event).length === 0 ? '' : ','}"data":${text}}`;
  }
  if (isText(type) && utf8) return JSON.stringify({ ...event, data: textOf(data) });
  return JSON.stringify({ ...event, data_base64: Buffer.from(data).toString('base64') });
}

/** Begins like no JSON does. */
function refused(reason: string, data: Uint8Array): string {
  return `an event in binary mode cannot be read: ${reason}: ${textOf(data)}`;
}

function isJsonText(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function textOf(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8');
}

function mediaTypeOf(contentType: string): string {
  return (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
}
function charsetOf(contentType: string): string {
  return /;\s*charset\s*=\s*"?([^\s;"]+)"?/i.exec(contentType)?.[1]?.toLowerCase() ?? 'utf-8';
}
function isJson(mediaType: string): boolean {
  return mediaType.endsWith('/json') || mediaType.endsWith('+json');
}
function isText(mediaType: string): boolean {
  return mediaType.startsWith('text/') || mediaType.endsWith('/xml') || mediaType.endsWith('+xml');
}
