import { compileExpression } from '../expressions/index.ts';
import type { CloudEvent } from '../model/cloud-event.ts';
import type { ActivationEvent } from '../model/documents.ts';
import type { Limits } from '../model/limits.ts';
import { type EventFilter, subjectMatches } from '../triggers/index.ts';

/** Compiles an activation's `filter`. An event the filter cannot be read on (a missing member) does not match. */
export function compileFilter(filter: string | undefined, limits: Limits): EventFilter | undefined {
  if (filter === undefined) return undefined;
  const { evaluate } = compileExpression(filter, { limits, variables: ['event'] });
  return (event) => {
    try {
      return evaluate({ event }) === true;
    } catch {
      return false;
    }
  };
}

/** A whole activation pattern as one predicate, for conditions that tell several kinds of events apart. */
export function compilePattern(pattern: ActivationEvent, limits: Limits): EventFilter {
  const filter = compileFilter(pattern.filter, limits);
  return (event: CloudEvent) =>
    event.type === pattern.type &&
    (pattern.source === undefined || event.source === pattern.source) &&
    subjectMatches(pattern.subject, event.subject) &&
    (filter === undefined || filter(event));
}
