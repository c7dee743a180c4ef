import { compileExpression } from '../expressions/index.ts';
import { type CloudEvent, EVENT_TYPES } from '../model/cloud-event.ts';
import type { JoinCondition } from '../model/documents.ts';
import { TidegateError } from '../model/errors.ts';
import { requireWithin } from '../model/limits.ts';
import { subjectMatches } from '../triggers/index.ts';
import { bytesToCollect } from './collected.ts';
import {
  type CompiledCondition,
  type ConditionContext,
  type ConditionEnvironment,
  type ConditionType,
  FIRE,
} from './condition.ts';
import { afterOutcome, within } from './gathering.ts';
import { memberData, memberKey } from './member-key.ts';
import { OUTCOMES } from './members.ts';

/**
 * Fires when all expected members have come, each counted once. `expected` is a number, a list of keys, an
 * expression, or is told later by an event or by the fork whose scopes are joined.
 */
export const join: ConditionType<JoinCondition> = {
  type: 'join',
  compile(definition, limits) {
    const listed = Array.isArray(definition.expected) ? new Set<unknown>(definition.expected) : undefined;
    const keyOf = memberKey(definition.by, limits, listed !== undefined);
    const expectation = compileExpectation(definition, limits);

    function settle(context: ConditionContext): string | undefined {
      const expected = listed?.size ?? (context.values['expected'] as number | undefined);
      if (expected === undefined || context.members.size < expected) return undefined;
      offerResults(context, definition);
      return FIRE;
    }

    const condition: CompiledCondition = {
      type: 'join',
      afterOutcome: afterOutcome(definition.reset),
      evaluate(event, context, environment) {
        const told = expectation(event, context, environment);
        if (told !== undefined) {
          requireWithin(limits, 'joinMembers', told, 'the expected number of the join');
          context.values['expected'] = told;
          context.values['count'] = context.members.size;
          context.touch();
        }
        if (!isExpectation(definition, event)) {
          const key = keyOf(event);
          if (listed !== undefined && !listed.has(key)) return undefined;
          requireWithin(limits, 'joinMembers', context.members.size + 1, 'the number of members of the join');
          const data = definition.collect ? memberData(event) : undefined;
          const bytes = bytesToCollect(limits, context.members, data);
          const added = context.members.add(key, OUTCOMES.success, data, bytes);
          if (added) {
            context.values['count'] = context.members.size;
            context.touch();
          }
        }
        // Also for a member that came before: a firing whose actions could not be planned is tried again by a replay.
        return settle(context);
      },
    };
    return within(
      definition.withinMs,
      condition,
      ({ members, values }) => members.size > 0 || values['expected'] !== undefined,
    );
  },
};

function isExpectation({ expectedFrom }: JoinCondition, event: CloudEvent): boolean {
  if (event.type === EVENT_TYPES.scopeForked) return true;
  return (
    expectedFrom !== undefined &&
    event.type === expectedFrom.type &&
    subjectMatches(expectedFrom.subject, event.subject)
  );
}

type Expectation = (
  event: CloudEvent,
  context: ConditionContext,
  environment: ConditionEnvironment,
) => number | undefined;

/** Answers the expected number when the event (or the first one, for a constant) tells it. */
function compileExpectation(
  definition: JoinCondition,
  limits: Parameters<typeof join.compile>[1],
): Expectation {
  const { expected, expectedFrom } = definition;
  if (typeof expected === 'number') {
    return (_event, context) => (context.values['expected'] === undefined ? expected : undefined);
  }
  if (typeof expected === 'string') {
    const { evaluate } = compileExpression(expected, { limits });
    return (_event, context, environment) =>
      context.values['expected'] === undefined
        ? asCount(evaluate(environment.variables()), expected)
        : undefined;
  }
  const told = expectedFrom === undefined ? undefined : compileExpression(expectedFrom.value, { limits });
  return (event) => {
    if (event.type === EVENT_TYPES.scopeForked) return (event.data as { count: number }).count;
    return told !== undefined && isExpectation(definition, event)
      ? asCount(told.evaluate({ event }), told.text)
      : undefined;
  };
}

function asCount(value: unknown, text: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw new TidegateError(
    'CONDITION_FAILED',
    `expected: ${text} gave ${JSON.stringify(value)}, not a whole number`,
  );
}

/** Lets the actions of this firing read the members; they are not stored a second time with the context. */
export function offerResults(
  context: ConditionContext,
  definition: { expected?: unknown; collect?: boolean },
): void {
  const listed = Array.isArray(definition.expected) ? (definition.expected as string[]) : undefined;
  const offer = (name: string, value: unknown) =>
    Object.defineProperty(context.values, name, {
      value,
      enumerable: false,
      configurable: true,
      writable: true,
    });
  offer('members', context.members.keys());
  if (definition.collect) offer('results', context.members.results(listed));
}
