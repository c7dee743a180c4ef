import type { SequenceCondition } from '../model/documents.ts';
import { type CompiledCondition, type ConditionContext, type ConditionType, FIRE } from './condition.ts';
import { afterOutcome, within } from './gathering.ts';
import { compilePattern } from './pattern.ts';

/** Fires when its patterns were met in their order; `context.position` tells how many were. */
export const sequence: ConditionType<SequenceCondition> = {
  type: 'sequence',
  compile(definition, limits) {
    const steps = definition.of.map((pattern) => compilePattern(pattern, limits));
    const condition: CompiledCondition = {
      type: 'sequence',
      afterOutcome: afterOutcome(definition.reset),
      evaluate(event, context) {
        // A firing whose actions could not be planned leaves the last step to be met again.
        const position = Math.min(positionIn(context), steps.length - 1);
        const met = steps[position]!(event);
        if (!met && !definition.strict) return undefined;
        const next = met ? position + 1 : steps[0]!(event) ? 1 : 0;
        if (!met) delete context.values['deadline'];
        context.values['position'] = next;
        context.touch();
        return next === steps.length ? FIRE : undefined;
      },
    };
    return within(definition.withinMs, condition, (context) => positionIn(context) > 0);
  },
};

function positionIn(context: ConditionContext): number {
  return (context.values['position'] as number | undefined) ?? 0;
}
