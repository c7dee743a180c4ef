import type { TriggerRule } from '../model/documents.ts';
import { FIRE } from './condition.ts';
import type { Tally } from './rule-tally.ts';

export const SKIPPED = 'skipped';
export const UPSTREAM_FAILED = 'upstream_failed';
export type RuleOutcome = typeof FIRE | typeof SKIPPED | typeof UPSTREAM_FAILED;

type Predicate = (tally: Tally) => RuleOutcome | undefined;

const bad = ({ failed, upstreamFailed }: Tally) => failed + upstreamFailed > 0;

/**
 * The rules of Airflow, each a predicate over one tally that answers as soon as no member still to come can change the
 * answer. Where Airflow's own answer depends on the order of completions (`all_success`: a skip before a failure), this is
 * the one for all members seen at once, so a skip alone decides only when nobody can fail any more.
 */
export const TRIGGER_RULE_PREDICATES: Readonly<Record<TriggerRule, Predicate>> = {
  all_success: (tally) => {
    if (bad(tally)) return UPSTREAM_FAILED;
    if (!tally.complete) return undefined;
    return tally.skipped > 0 ? SKIPPED : FIRE;
  },
  all_failed: ({ success, skipped, complete }) =>
    success + skipped > 0 ? SKIPPED : complete ? FIRE : undefined,
  all_done: ({ complete }) => (complete ? FIRE : undefined),
  all_done_min_one_success: ({ success, skipped, complete, ...rest }) => {
    if (skipped > 0) return SKIPPED;
    if (!complete) return undefined;
    return success > 0 || rest.failed + rest.upstreamFailed === 0 ? FIRE : UPSTREAM_FAILED;
  },
  all_done_setup_success: ({ setups, complete }) => {
    if (!complete) return undefined;
    if (setups.all === 0 || setups.success > 0) return FIRE;
    return setups.skipped === setups.all ? SKIPPED : UPSTREAM_FAILED;
  },
  all_skipped: (tally) => (tally.success > 0 || bad(tally) ? SKIPPED : tally.complete ? FIRE : undefined),
  one_success: (tally) => {
    if (tally.success > 0) return FIRE;
    if (!tally.complete) return undefined;
    return bad(tally) ? UPSTREAM_FAILED : SKIPPED;
  },
  one_failed: (tally) => (bad(tally) ? FIRE : tally.complete ? SKIPPED : undefined),
  one_done: ({ success, failed, complete }) => (success + failed > 0 ? FIRE : complete ? SKIPPED : undefined),
  none_failed: (tally) => (bad(tally) ? UPSTREAM_FAILED : tally.complete ? FIRE : undefined),
  none_failed_min_one_success: (tally) => {
    if (bad(tally)) return UPSTREAM_FAILED;
    if (!tally.complete) return undefined;
    return tally.success > 0 ? FIRE : SKIPPED;
  },
  none_skipped: ({ skipped, complete }) => (skipped > 0 ? SKIPPED : complete ? FIRE : undefined),
  always: () => FIRE,
};
