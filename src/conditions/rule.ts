import type { RuleCondition } from '../model/documents.ts';
import { type ConditionContext, type ConditionType, FIRE } from './condition.ts';
import { OUTCOMES } from './members.ts';
import { RuleTally } from './rule-tally.ts';
import { type RuleOutcome, SKIPPED, TRIGGER_RULE_PREDICATES, UPSTREAM_FAILED } from './trigger-rules.ts';

/**
 * Airflow's trigger rules over one tally of upstream tasks: `fire`, `skipped` or `upstream_failed`, and `cut` behind a short
 * circuit that ignores rules. Events that name no member (the start of the run or of a scope) only ask for the decision.
 *
 * The order of authority: `always` asks nobody; a closed gate skips; required setups come before the rule; a rule that
 * fires waits for the lists it maps over. Whatever may still overrule an answer is waited for, so order never matters.
 */
export const rule: ConditionType<RuleCondition> = {
  type: 'rule',
  compile(definition, limits) {
    const tally = new RuleTally(definition, limits);
    const none = definition.needs.length === 0;
    const decide = (context: ConditionContext): string | undefined => {
      const outcome = none ? FIRE : settle(definition, tally, context);
      if (outcome !== undefined) tally.offer(context);
      return outcome;
    };
    return {
      type: 'rule',
      afterOutcome: 'done',
      evaluate(event, context) {
        tally.take(event, context);
        return decide(context);
      },
      gather: (event, context) => tally.take(event, context),
      decide,
    };
  },
};

function settle(definition: RuleCondition, tally: RuleTally, context: ConditionContext): string | undefined {
  const { late } = definition;
  const always = definition.rule === 'always';
  if (always && !late && tally.sources.length === 0) return FIRE;
  if (!always) {
    const closed = tally.gates.length > 0 ? tally.closed(context) : undefined;
    if (closed !== undefined) return closed;
    if (tally.gates.some((place) => tally.stateOf(place, context) === undefined)) return undefined;
  }
  const total = tally.total(context);
  if (late && !total.complete) return undefined;
  if (!always && tally.required.length > 0) {
    const required = constraint(tally.required.map((place) => tally.worstOf(place, context)));
    if (required !== FIRE) return required;
  }
  const outcome = TRIGGER_RULE_PREDICATES[definition.rule](total);
  return tally.sources.length === 0
    ? outcome
    : withSources(outcome, constraint(tally.sources.map((place) => tally.stateOf(place, context))));
}

/** Members that must not fail, nor be skipped, whatever the rule says. One failure is enough; a skip waits for the others. */
function constraint(states: readonly (string | undefined)[]): RuleOutcome | undefined {
  if (states.some((state) => state === OUTCOMES.failed || state === OUTCOMES.upstreamFailed))
    return UPSTREAM_FAILED;
  if (states.includes(undefined)) return undefined;
  return states.includes(OUTCOMES.skipped) ? SKIPPED : FIRE;
}

/** The graver of the two answers, once both are known; `upstream_failed` is the gravest and needs no second. */
function withSources(
  outcome: RuleOutcome | undefined,
  sources: RuleOutcome | undefined,
): RuleOutcome | undefined {
  if (outcome === UPSTREAM_FAILED || sources === UPSTREAM_FAILED) return UPSTREAM_FAILED;
  if (outcome === undefined || sources === undefined) return undefined;
  return outcome === SKIPPED ? SKIPPED : sources;
}
