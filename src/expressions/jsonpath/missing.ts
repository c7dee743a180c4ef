import { Failure } from '../../model/failure.ts';
import { canonicalPath, canonicalSegment, type PathSyntax, rootText } from './path-syntax.ts';
import { element, elementFromEnd, member } from './path-walk.ts';
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
    if (path.root.kind === 'input' && scope.input === null) return nullInput();
    return new Failure('States.Runtime', `Invalid path '${text}' : ${whyMissing(path, scope)}`);
  }
  if (PARAMETER_FIELDS.has(field)) {
    return new Failure('States.Runtime', `The ${field} parameter does not reference an input value: ${text}`);
  }
  return new Failure(
    'States.Runtime',
    `The JSONPath '${text}' specified for the field '${field}' could not be found in the input '${quoteData(rootOf(path, scope) ?? scope.input)}'`,
  );
}

/** The failure of a path into an input that is null. */
export function nullInput(): Failure {
  return new Failure('States.Runtime', 'Unable to apply Path transformation to null or empty input.');
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
    const here = canonicalSegment(segment);
    const isLast = i === path.segments.length - 1;
    if (segment.kind === 'names' || segment.kind === 'call') {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        return `Property ${here} not found in path ${canonical}`;
      }
      const names = segment.kind === 'call' ? [segment.name] : segment.names;
      if (names.length > 1) {
        return `Multi properties can only be used as path leafs: ${canonical}${here}`;
      }
      value = member(value, names[0]!);
      if (value === undefined && !isLast) return `Missing property in path ${canonical}${here}`;
    } else if (segment.kind === 'indexes' || segment.kind === 'slice' || segment.kind === 'from-end') {
      if (!Array.isArray(value)) {
        return `Filter: ${here} can only be applied to arrays. Current context is: ${quoteData(value)}`;
      }
      if (segment.kind === 'from-end') value = elementFromEnd(value, segment.back);
      else if (segment.kind === 'slice' || segment.indexes.length > 1) break;
      else value = element(value, segment.indexes[0]!);
    } else break;
    if (value === undefined) break;
    canonical += here;
  }
  return `No results for path: ${canonicalPath(path, path.segments)}`;
}
