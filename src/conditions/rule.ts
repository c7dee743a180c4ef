import type { RuleCondition } from '../model/documents.ts';
import type { ConditionType } from './condition.ts';

/** Airflow's trigger rules over one tally of upstream tasks. */
export const rule: ConditionType<RuleCondition> = {
  type: 'rule',
  compile() {
    throw new Error('not built yet');
  },
};
