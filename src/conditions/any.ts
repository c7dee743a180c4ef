import type { AnyCondition } from '../model/documents.ts';
import { type ConditionType, FIRE } from './condition.ts';
import { afterOutcome, within } from './gathering.ts';
import { offerResults } from './join.ts';
import { memberKey } from './member-key.ts';
import { OUTCOMES } from './members.ts';

/** Fires at the k-th distinct member (default the first), of those listed if a list is given. */
export const any: ConditionType<AnyCondition> = {
  type: 'any',
  compile(definition, limits) {
    const keyOf = memberKey(definition.by, limits);
    const wanted = definition.count ?? 1;
    const listed = definition.of === undefined ? undefined : new Set<unknown>(definition.of);
    return within(definition.withinMs, {
      type: 'any',
      afterOutcome: afterOutcome(definition.reset),
      evaluate(event, context) {
        const key = keyOf(event);
        if (listed !== undefined && !listed.has(key)) return undefined;
        if (!context.members.add(key, OUTCOMES.success)) return undefined;
        context.values['count'] = context.members.size;
        context.touch();
        if (context.members.size < wanted) return undefined;
        offerResults(context, {});
        return FIRE;
      },
    });
  },
};
