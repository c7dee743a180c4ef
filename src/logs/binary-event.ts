import { isUtf8 } from 'node:buffer';

/** Without all of them a message is no event in binary mode, whatever headers it has. */
const REQUIRED = ['specversion', 'id', 'source', 'type'];

/**
 * The JSON text of an event that came in the binary content mode of a protocol binding, attributes beside the data;
 * undefined where an attribute that every event has is missing. Nothing else is checked: whoever reads the text does that. Data
 * that is not what its type says goes on in base64, byte by byte.
 */
export function structuredText(
  attributes: ReadonlyMap<string, string>,
  contentType: string | undefined,
  data: Uint8Array,
): string | undefined {
  if (!REQUIRED.every((name) => attributes.has(name))) return undefined;
  // Data is the message's body, and nothing else.
  const members = [...attributes].filter(([name]) => name !== 'data' && name !== 'data_base64');
  if (contentType !== undefined && contentType !== '') members.push(['datacontenttype', contentType]);
  const head = JSON.stringify(Object.fromEntries(members));
  return data.length === 0 ? head : `${head.slice(0, -1)},${dataMember(data, contentType ?? '')}}`;
}

function dataMember(data: Uint8Array, contentType: string): string {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const mediaType = (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
  if (charsetOf(contentType) === 'utf-8' && isUtf8(bytes)) {
    const text = bytes.toString('utf8');
    if (isText(mediaType)) return `"data":${JSON.stringify(text)}`;
    // As it came, so that no number loses digits on the way.
    if ((mediaType === '' || isJson(mediaType)) && isJsonText(text)) return `"data":${text}`;
  }
  return `"data_base64":"${bytes.toString('base64')}"`;
}

function isJsonText(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
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
