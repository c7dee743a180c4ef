import type { SequenceCondition } from '../model/documents.ts';
import { type ConditionType, FIRE } from './condition.ts';
import { afterOutcome, within } from './gathering.ts';
import { compilePattern } from './pattern.ts';

/** Fires when its patterns were met in their order; `context.position` tells how many were. */
export const sequence: ConditionType<SequenceCondition> = {
  type: 'sequence',
  compile(definition, limits) {
    const steps = definition.of.map((pattern) => compilePattern(pattern, limits));
    return within(definition.withinMs, {
      type: 'sequence',
      afterOutcome: afterOutcome(definition.reset),
      evaluate(event, context) {
        const position = (context.values['position'] as number | undefined) ?? 0;
        const met = steps[position]!(event);
        if (!met && !definition.strict) return undefined;
        const next = met ? position + 1 : steps[0]!(event) ? 1 : 0;
        context.values['position'] = next;
        context.touch();
        return next === steps.length ? FIRE : undefined;
      },
    });
  },
};
