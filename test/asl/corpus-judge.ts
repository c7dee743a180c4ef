import type { CorpusCase, Expectation, TraceEvent } from './corpus-cases.ts';
import { isObject, meetsPattern, sameAsRecorded, without } from './corpus-equality.ts';

/** What came of a case. */
export interface Came {
  readonly status: string;
  readonly output?: unknown;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
  /** Absent: there is none to look at. */
  readonly history?: readonly TraceEvent[];
}

/** Undefined where the record says nothing of it; else what is wrong, '' being right. */
export interface Verdict {
  /** status, output and error */
  readonly result: string;
  /** the service's own wording */
  readonly cause: string | undefined;
  /** the events of the history, their order and what they tell */
  readonly history: string | undefined;
}

export type Figure = keyof Verdict;
export const FIGURES: readonly Figure[] = ['result', 'cause', 'history'];

/** Compares what came with what was recorded. */
export function judge({ expect }: CorpusCase, came: Came): Verdict {
  return {
    result: judgeResult(expect, came),
    cause: judgeCause(expect, came),
    history: judgeHistory(expect, came),
  };
}

function judgeResult(expected: Expectation, came: Came): string {
  if (came.status !== expected.status)
    return `is ${came.status} (${came.error}: ${came.cause}), not ${expected.status}`;
  if (came.error !== expected.error) return `error is ${came.error}, not ${expected.error}`;
  if (!('output' in expected)) return '';
  const open = [...(expected.output_ignore ?? []), ...(expected.output_prose ?? [])];
  return same('output', without(expected.output, open), without(came.output, open));
}

function judgeCause(expected: Expectation, came: Came): string | undefined {
  const { cause, cause_pattern: pattern, cause_json_subset: subset, output_prose: prose } = expected;
  const text = came.cause ?? '';
  if (cause !== undefined) return cause === text ? '' : `cause is ${text}, not ${cause}`;
  if (pattern !== undefined) return meetsPattern(pattern, text) ? '' : `cause is ${text}, not ${pattern}`;
  if (subset !== undefined) {
    const told = parsed(text);
    const right =
      isObject(told) && Object.entries(subset).every(([key, value]) => sameAsRecorded(value, told[key]));
    return right ? '' : `cause is ${text}, without ${JSON.stringify(subset)}`;
  }
  if (prose === undefined || prose.length === 0) return undefined;
  const open = expected.output_ignore ?? [];
  return same('output', without(expected.output, open), without(came.output, open));
}

function judgeHistory(expected: Expectation, { history }: Came): string | undefined {
  const { history_types: types, history_order: order, trace } = expected;
  if (history === undefined || types === undefined) return undefined;
  const found = history.map(({ type }) => type);
  if (order === 'concurrent') return same('event types', types.toSorted(), found.toSorted());
  const wrong = same('event types', types, found);
  if (wrong !== '' || trace === undefined) return wrong;
  return trace.map((event, i) => judgeEvent(event, history[i]!, i + 1)).find((line) => line !== '') ?? '';
}

/** What the record says of an event; it may say less than the event. */
function judgeEvent(recorded: TraceEvent, event: TraceEvent, id: number): string {
  for (const key of Object.keys(recorded) as (keyof TraceEvent)[]) {
    const wrong = same(`${key} of event ${id} (${recorded.type})`, recorded[key], event[key]);
    if (wrong !== '') return wrong;
  }
  return '';
}

function same(what: string, recorded: unknown, actual: unknown): string {
  if (sameAsRecorded(recorded, actual)) return '';
  return `${what} is ${shortened(actual)}, not ${shortened(recorded)}`;
}

function shortened(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > 600 ? `${text.slice(0, 600)}...` : text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
