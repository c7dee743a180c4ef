import { Failure } from '../../model/failure.ts';
import { canonicalSegment, type PathSyntax, rootText } from './path-syntax.ts';
import { element, member } from './path-walk.ts';
import { rootOf } from './query.ts';
import type { QueryScope } from './query-scope.ts';

/** Fields that must name a value, and say so in their own words. */
const PARAMETER_FIELDS: ReadonlySet<string> = new Set([
  'SecondsPath',
  'TimestampPath',
  'TimeoutSecondsPath',
  'HeartbeatSecondsPath',
  'MaxConcurrencyPath',
  'ToleratedFailureCountPath',
  'ToleratedFailurePercentagePath',
  'MaxItemsPath',
  'MaxItemsPerBatchPath',
  'MaxInputBytesPerBatchPath',
]);

/** Fields whose path selects the data a state works on. */
const SELECTING_FIELDS: ReadonlySet<string> = new Set(['InputPath', 'OutputPath', 'ItemsPath']);

/** Characters of data that a failure quotes. */
const QUOTED_DATA = 30_000;

/** The failure of a path that finds nothing, in the words of the field it stands in. */
export function missing(
  text: string,
  path: PathSyntax,
  field: string | undefined,
  scope: QueryScope,
): Failure {
  if (field === undefined || SELECTING_FIELDS.has(field)) {
    const why =
      path.root.kind === 'input' && scope.input === null
        ? 'Unable to apply Path transformation to null or empty input.'
        : `Invalid path '${text}' : ${whyMissing(path, scope)}`;
    return new Failure('States.Runtime', why);
  }
  if (PARAMETER_FIELDS.has(field)) {
    return new Failure('States.Runtime', `The ${field} parameter does not reference an input value: ${text}`);
  }
  return new Failure(
    'States.Runtime',
    `The JSONPath '${text}' specified for the field '${field}' could not be found in the input '${quoteData(rootOf(path, scope) ?? scope.input)}'`,
  );
}

/** Data as a failure quotes it: compact JSON, cut where it is long. */
export function quoteData(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.length > QUOTED_DATA ? `${text.slice(0, QUOTED_DATA)}...` : text;
}

function whyMissing(path: PathSyntax, scope: QueryScope): string {
  let canonical = rootText(path.root);
  let value = rootOf(path, scope);
  for (const [i, segment] of path.segments.entries()) {
    if (segment.kind === 'names') {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        return `Expected to find an object with property ${canonicalSegment(segment)} in path ${canonical} but found '${kindOf(value)}'.`;
      }
      value = member(value, segment.names[0]!);
    } else if (segment.kind === 'indexes') {
      if (!Array.isArray(value)) {
        return `Filter: ${canonicalSegment(segment)} can only be applied to arrays. Current context is: ${quoteData(value)}`;
      }
      value = element(value, segment.indexes[0]!);
    }
    canonical += canonicalSegment(segment);
    if (value === undefined) {
      const isInside = segment.kind === 'names' && i < path.segments.length - 1;
      return `${isInside ? 'Missing property in path' : 'No results for path:'} ${canonical}`;
    }
  }
  return `No results for path: ${canonical}`;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
