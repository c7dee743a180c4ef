import type { ConditionDefinition } from '../model/documents.ts';
import type { Limits } from '../model/limits.ts';
import { absence } from './absence.ts';
import { always } from './always.ts';
import { any } from './any.ts';
import { catchCondition } from './catch.ts';
import { choice } from './choice.ts';
import type { CompiledCondition, ConditionType } from './condition.ts';
import { counter } from './counter.ts';
import { debounce } from './debounce.ts';
import { expression } from './expression.ts';
import { join } from './join.ts';
import { rule } from './rule.ts';
import { scopes } from './scopes.ts';
import { sequence } from './sequence.ts';
import { window } from './window.ts';

/** The registry: a new condition is one file and one line here. */
const CONDITIONS: {
  readonly [T in ConditionDefinition['type']]: ConditionType<Extract<ConditionDefinition, { type: T }>>;
} = {
  always,
  counter,
  join,
  any,
  rule,
  sequence,
  window,
  absence,
  debounce,
  expression,
  choice,
  scopes,
  catch: catchCondition,
};

export const CONDITION_TYPES = Object.keys(CONDITIONS);

/** Throws INVALID_EXPRESSION where an expression of the condition cannot be read. */
export function compileCondition(definition: ConditionDefinition, limits: Limits): CompiledCondition {
  const type = CONDITIONS[definition.type] as ConditionType<ConditionDefinition>;
  return type.compile(definition, limits);
}

export { namesError } from './catch.ts';
export {
  type CompiledCondition,
  type ConditionContext,
  type ConditionEnvironment,
  ERROR,
  EXPIRED,
  FIRE,
} from './condition.ts';
export { MEMBERS_PER_CHUNK, type MemberKey, Members, OUTCOMES } from './members.ts';
export { compileFilter } from './pattern.ts';
export { TASK_SKIPPED } from './rule-tally.ts';
export { toleratedFailures } from './scopes.ts';
