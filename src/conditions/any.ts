import type { AnyCondition } from '../model/documents.ts';
import { type CompiledCondition, type ConditionType, FIRE } from './condition.ts';
import { afterOutcome, within } from './gathering.ts';
import { offerResults } from './join.ts';
import { memberKey } from './member-key.ts';
import { OUTCOMES } from './members.ts';

/** Fires at the k-th distinct member (default the first), of those listed if a list is given. */
export const any: ConditionType<AnyCondition> = {
  type: 'any',
  compile(definition, limits) {
    const listed = definition.of === undefined ? undefined : new Set<unknown>(definition.of);
    const keyOf = memberKey(definition.by, limits, listed !== undefined);
    const wanted = definition.count ?? 1;
    const condition: CompiledCondition = {
      type: 'any',
      afterOutcome: afterOutcome(definition.reset),
      evaluate(event, context) {
        const key = keyOf(event);
        if (listed !== undefined && !listed.has(key)) return undefined;
        if (context.members.size < wanted && context.members.add(key, OUTCOMES.success)) {
          context.values['count'] = context.members.size;
          context.touch();
        }
        if (context.members.size < wanted) return undefined;
        offerResults(context, {});
        return FIRE;
      },
    };
    return within(definition.withinMs, condition, ({ members }) => members.size > 0);
  },
};
