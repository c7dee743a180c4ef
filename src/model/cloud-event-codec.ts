import { type CloudEvent, RESERVED_TYPE_PREFIX } from './cloud-event.ts';
import { TidegateError } from './errors.ts';
import { decodeUtf8, escapePointer, parseJson } from './json.ts';
import { LIMITS, type Limits, requireWithin } from './limits.ts';
import { NAME_PATTERN, RUN_ID_PATTERN } from './run.ts';

/**
 * CloudEvents 1.0.2 in the JSON format, written by hand because every event passes here: parsing and checking together
 * take some 1.35 times the bare `JSON.parse` (the reference package takes 20 times it). The rules are those of
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md sections 2 and 3 and of the JSON format.
 */
export interface CheckOptions {
  /** The event comes from outside: types of the engine's own are refused (RESERVED_TYPE). */
  readonly external: boolean;
}

/** One structured event as it lies on a log. Throws INVALID_EVENT, LIMIT_EXCEEDED and what `parseJson` throws. */
export function parseEvent(
  json: string | Uint8Array,
  limits: Limits = LIMITS,
  options = INTERNAL,
): CloudEvent {
  requireEventSize(json, limits);
  const text = typeof json === 'string' ? json : decodeUtf8(json);
  // What the rules forbid in a string can stand in JSON text only as an escape.
  return check(parseJson(text, limits), options.external, text.includes('\\'));
}
const INTERNAL: CheckOptions = { external: false };

/** Throws LIMIT_EXCEEDED for an event larger than `limits.eventBytes`. */
export function requireEventSize(json: string | Uint8Array, limits: Limits): void {
  // A UTF-16 unit takes at most three bytes of UTF-8, so a short text needs no counting.
  if (json.length * 3 <= limits.eventBytes) return;
  const bytes = typeof json === 'string' ? Buffer.byteLength(json) : json.length;
  requireWithin(limits, 'eventBytes', bytes, 'the event in bytes');
}

/**
 * Holds a parsed value to the rules and returns it as it is, except that attributes given as null, which the JSON
 * format takes for absent, are left out. Throws INVALID_EVENT with a pointer; the message names attribute and value.
 */
export function checkEvent(value: unknown, options: CheckOptions): CloudEvent {
  return check(value, options.external, true);
}

function check(value: unknown, external: boolean, characters: boolean): CloudEvent {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TidegateError('INVALID_EVENT', `an event is a JSON object; this is ${show(value)}`);
  }
  const event = value as Record<string, unknown>;
  let nulls = false;
  for (const name in event) {
    const attribute = event[name];
    if (attribute === null) nulls ||= name !== 'data';
    else if (attribute !== undefined) checkAttribute(name, attribute, characters);
  }
  const checked = (nulls ? withoutNulls(event) : event) as CloudEvent;
  if (checked.specversion === undefined) throw missing('specversion');
  if (checked.id === undefined) throw missing('id');
  if (checked.source === undefined) throw missing('source');
  const type = checked.type;
  if (type === undefined) throw missing('type');
  if (checked.data_base64 !== undefined && checked.data !== undefined) {
    throw invalid('data_base64', checked.data_base64, 'must not stand beside "data"');
  }
  if (external && type.startsWith(RESERVED_TYPE_PREFIX)) {
    throw new TidegateError(
      'RESERVED_TYPE',
      `attribute "type" is ${show(type)}, a type of the engine's own`,
      {
        place: { pointer: '/type' },
      },
    );
  }
  return checked;
}

/** The event in the JSON format. */
export function encodeEvent(event: CloudEvent): string {
  return JSON.stringify(event);
}

function checkAttribute(name: string, value: unknown, characters: boolean): void {
  switch (name) {
    case 'data':
      return;
    case 'specversion':
      if (value !== '1.0') throw invalid(name, value, 'must be "1.0"');
      return;
    case 'id':
    case 'source':
    case 'type':
    case 'subject':
    case 'datacontenttype':
    case 'dataschema':
    case 'partitionkey':
    case 'traceparent':
    case 'scope':
      requireText(name, value, characters);
      return;
    case 'workflow':
      if (!NAME.test(requireText(name, value, characters)))
        throw invalid(name, value, `must match ${NAME_PATTERN}`);
      return;
    case 'run':
      if (!RUN_ID.test(requireText(name, value, characters)))
        throw invalid(name, value, `must match ${RUN_ID_PATTERN}`);
      return;
    case 'time':
      if (!isTime(requireText(name, value, characters))) {
        throw invalid(name, value, 'must be an RFC 3339 time such as "2026-11-05T10:00:00Z"');
      }
      return;
    case 'data_base64':
      if (typeof value !== 'string' || value.length % 4 !== 0 || !BASE64.test(value)) {
        throw invalid(name, value, 'must be a string in base64');
      }
      return;
    default:
      checkExtension(name, value, characters);
  }
}

const NAME = new RegExp(NAME_PATTERN);
const RUN_ID = new RegExp(RUN_ID_PATTERN);
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const ATTRIBUTE_NAME = /^[a-z0-9]+$/;

function checkExtension(name: string, value: unknown, characters: boolean): void {
  requireAttributeName(name, value);
  if (typeof value === 'string') {
    if (characters) requireCharacters(name, value);
  } else if (typeof value !== 'number' && typeof value !== 'boolean') {
    throw invalid(
      name,
      value,
      'must be a string, a number or a boolean; structured content belongs in "data"',
    );
  }
}

function requireAttributeName(name: string, value: unknown): void {
  if (!ATTRIBUTE_NAME.test(name)) {
    throw invalid(name, value, 'has a name with other characters than lower-case letters and digits');
  }
}

function requireText(name: string, value: unknown, characters: boolean): string {
  if (typeof value !== 'string' || value === '')
    throw invalid(name, value, 'must be a string that is not empty');
  if (characters) requireCharacters(name, value);
  return value;
}

/** Control characters, and whatever may be half a surrogate pair: section "Type System", String. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the rule is about them
const SUSPECT = /[\u0000-\u001f\ud800-\udfff]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the rule is about them
const CONTROL = /[\u0000-\u001f]/;

function requireCharacters(name: string, value: string): void {
  if (SUSPECT.test(value) && (!value.isWellFormed() || CONTROL.test(value))) {
    throw invalid(name, value, 'must not hold control characters or half a surrogate pair');
  }
}

const TIME =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[Tt](?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** RFC 3339 date-time, the day within its month. */
export function isTime(text: string): boolean {
  if (!TIME.test(text)) return false;
  const tens = text.charCodeAt(8) - 0x30;
  if (tens < 2) return true; // no month ends before the 20th, and slicing every time would cost more than the pattern
  const day = tens * 10 + text.charCodeAt(9) - 0x30;
  // The calendar repeats every 400 years; Date.UTC reads years below 100 as 19xx.
  return (
    day <= 28 ||
    day <=
      new Date(Date.UTC(2000 + (Number(text.slice(0, 4)) % 400), Number(text.slice(5, 7)), 0)).getUTCDate()
  );
}

function withoutNulls(event: Record<string, unknown>): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(event)) {
    if (value !== null || name === 'data') given[name] = value;
    else if (name !== 'data_base64') requireAttributeName(name, value);
  }
  return given;
}

function missing(name: string): TidegateError {
  return new TidegateError('INVALID_EVENT', `attribute "${name}" is missing`, {
    place: { pointer: `/${name}` },
  });
}

function invalid(name: string, value: unknown, rule: string): TidegateError {
  return new TidegateError('INVALID_EVENT', `attribute ${show(name)} is ${show(value)}; it ${rule}`, {
    place: { pointer: `/${escapePointer(name)}` },
  });
}

/** A value as JSON, cut so that a message stays a message. */
function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'string' && value.length > 80 ? `${value.slice(0, 77)}...` : value;
  const json = JSON.stringify(text) ?? String(value);
  return json.length > 120 ? `${json.slice(0, 117)}...` : json;
}
