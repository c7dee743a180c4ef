import { TidegateError } from '../../model/errors.ts';
import type { AnyQuery, ItemsQuery, JsonPathStep, Query } from './query.ts';

type Shape = Readonly<Record<string, unknown>>;

const SOURCES: ReadonlySet<unknown> = new Set(['input', 'result', 'results', 'error', 'held', 'value']);
const STEPS: readonly (readonly [kind: string, types: readonly string[]])[] = [
  ['select', ['string', 'null']],
  ['build', ['any']],
  ['put', ['string', 'null']],
  ['member', ['string']],
  ['constant', ['any']],
];
const REQUIREMENTS: ReadonlySet<unknown> = new Set([
  'items',
  'boolean',
  'integer',
  'signed-integer',
  'float',
  'percentage',
  'seconds',
  'positive-seconds',
  'timestamp',
  'text',
]);

/** The query as it stands in a trigger, which may come from anybody. Throws INVALID_EXPRESSION for what is none. */
export function readQuery(value: unknown): AnyQuery {
  const query = objectOf(value, '$query');
  if (query['language'] !== 'items') return readPlain(query);
  readPlain(objectOf(query['items'], 'items'));
  if (query['select'] !== undefined) readPlain(objectOf(query['select'], 'select'));
  if (query['batch'] !== undefined) {
    const batch = objectOf(query['batch'], 'batch');
    for (const name of ['maxItems', 'maxBytes', 'input']) {
      if (batch[name] !== undefined) readPlain(objectOf(batch[name], name));
    }
  }
  return query as unknown as ItemsQuery;
}

function readPlain(query: Shape): Query {
  const { language, from, scale, require } = query;
  if (!SOURCES.has(from)) throw invalid('"from"', [...SOURCES].join(', '));
  if (scale !== undefined && typeof scale !== 'number') throw invalid('"scale"', 'a number');
  if (require !== undefined) {
    const { kind, field, text } = objectOf(require, 'require');
    if (!REQUIREMENTS.has(kind)) throw invalid('"require.kind"', [...REQUIREMENTS].join(', '));
    if (typeof field !== 'string' || typeof text !== 'string') throw invalid('"require"', 'field and text');
  }
  if (language === 'JSONata') {
    if (typeof query['field'] !== 'string') throw invalid('"field"', 'the name of a field');
  } else if (language === 'JSONPath') {
    const { steps } = query;
    if (!Array.isArray(steps)) throw invalid('"steps"', 'a list');
    for (const step of steps) readStep(objectOf(step, 'steps'));
  } else throw invalid('"language"', 'JSONPath, JSONata or items');
  return query as unknown as Query;
}

function readStep(step: Shape): JsonPathStep {
  const row = STEPS.find(([kind]) => Object.hasOwn(step, kind));
  if (row === undefined) throw invalid('a step', STEPS.map(([kind]) => kind).join(', '));
  const [kind, types] = row;
  const type = step[kind] === null ? 'null' : typeof step[kind];
  if (!types.includes('any') && !types.includes(type)) throw invalid(`"${kind}"`, types.join(' or '));
  return step as unknown as JsonPathStep;
}

function objectOf(value: unknown, name: string): Shape {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Shape;
  throw invalid(`"${name}"`, 'an object');
}

function invalid(what: string, expected: string): TidegateError {
  return new TidegateError('INVALID_EXPRESSION', `a $query: ${what} must be ${expected}`);
}
