import { memberNameOf } from './aws-names.ts';
import type { Shape } from './aws-shapes.ts';

/** How names of members are written in results. */
export type Naming = 'service' | 'pascal';

/**
 * Arguments in the SDK's shapes: names of members are found whatever their case, texts and JSON become bytes, RFC 3339
 * texts and seconds become times, where the API wants them. What the API does not know is passed on.
 */
export function toSdk(value: unknown, shape: Shape | undefined): unknown {
  if (value === null || value === undefined || shape === undefined) return value;
  switch (shape.kind) {
    case 'structure': {
      if (!isObject(value)) return value;
      const members = Object.entries(value).map(([given, member]) => {
        const name = memberOf(shape, given) ?? given;
        return [name, toSdk(member, shape.members.get(name))];
      });
      return Object.fromEntries(members);
    }
    case 'list':
      return Array.isArray(value) ? value.map((element) => toSdk(element, shape.element)) : value;
    case 'map':
      if (!isObject(value)) return value;
      return Object.fromEntries(
        Object.entries(value).map(([key, member]) => [key, toSdk(member, shape.element)]),
      );
    case 'blob':
    case 'stream':
      return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
    case 'timestamp':
      return timeOf(value);
    default:
      return value;
  }
}

/** A result as JSON: bytes as text (base64 where they are no UTF-8), times as RFC 3339, `naming` for members. */
export function fromSdk(value: unknown, shape: Shape | undefined, naming: Naming): unknown {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString().replace('.000Z', 'Z');
  if (value instanceof Uint8Array) return textOf(value);
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map((element) => fromSdk(element, shape?.element, naming));
  if (!isObject(value)) return value;
  const names = naming === 'pascal' && (shape === undefined || shape.kind === 'structure');
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    members.map(([name, member]) => [
      names ? memberNameOf(name) : name,
      fromSdk(member, shape?.kind === 'structure' ? shape.members.get(name) : shape?.element, naming),
    ]),
  );
}

/** The member of a structure that is meant by the name, whatever its case; undefined where there is none. */
export function memberOf({ members }: Shape, given: string): string | undefined {
  if (members.has(given)) return given;
  const wanted = inApi(given.toLowerCase());
  for (const name of members.keys()) if (name.toLowerCase() === wanted) return name;
  return undefined;
}

/** Step Functions writes DynamoDB's NULL so, because Java has a word like it. */
function inApi(lower: string): string {
  return lower === 'nul' ? 'null' : lower;
}

function timeOf(value: unknown): unknown {
  if (typeof value === 'number') return new Date(value * 1000);
  const time = typeof value === 'string' ? new Date(value) : undefined;
  return time === undefined || Number.isNaN(time.getTime()) ? value : time;
}

const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(bytes: Uint8Array): string {
  try {
    return STRICT.decode(bytes);
  } catch {
    return Buffer.from(bytes).toString('base64'); // no text
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
