import { EVENT_TYPES } from '../model/cloud-event.ts';
import type { ScopesCondition } from '../model/documents.ts';
import { bytesToCollect } from './collected.ts';
import type { ConditionContext, ConditionType } from './condition.ts';
import { OUTCOMES } from './members.ts';

interface Ended {
  readonly index: number;
  readonly outcome: string;
  readonly result: unknown;
}
interface Forked {
  readonly count: number;
  readonly tolerate?: { readonly count?: number; readonly percentage?: number };
}

/** Joins the scopes of a fork: `succeeded` with their results by index, or `failed` as soon as too many have. */
export const scopes: ConditionType<ScopesCondition> = {
  type: 'scopes',
  compile({ collect = true }, limits) {
    function settle(context: ConditionContext): string | undefined {
      const { members, values } = context;
      if (members.size < (values['expected'] as number)) return undefined;
      if (collect)
        offer(
          context,
          'results',
          members.entriesOf(OUTCOMES.success).map(({ data }) => data),
        );
      offer(context, 'failures', members.count(OUTCOMES.failed));
      return 'succeeded';
    }
    return {
      type: 'scopes',
      afterOutcome: 'renew',
      evaluate(event, context) {
        if (event.type === EVENT_TYPES.scopeForked) {
          const { count, tolerate } = event.data as Forked;
          context.values['expected'] = count;
          if (tolerate !== undefined) context.values['bears'] = toleratedFailures(count, tolerate);
          context.touch();
          // Bounds that were made tighter while the fork is open.
          const failures = context.members.count(OUTCOMES.failed);
          if (failures <= ((context.values['bears'] as number | undefined) ?? 0)) return settle(context);
          offer(context, 'failure', {});
          return 'failed';
        }
        const { index, outcome, result } = event.data as Ended;
        const failed = outcome !== 'succeeded';
        const data = failed || !collect ? undefined : (result ?? null);
        const bytes = bytesToCollect(limits, context.members, data);
        if (!context.members.add(index, failed ? OUTCOMES.failed : OUTCOMES.success, data, bytes))
          return undefined;
        context.touch();
        const bears = (context.values['bears'] as number | undefined) ?? 0;
        if (!failed || context.members.count(OUTCOMES.failed) <= bears) return settle(context);
        offer(context, 'failure', result ?? {});
        return 'failed';
      },
    };
  },
};

/** Failures that may happen among so many; more of them fail the fork. */
export function toleratedFailures(
  count: number,
  { count: number, percentage }: NonNullable<Forked['tolerate']>,
): number {
  const share = percentage === undefined ? undefined : Math.floor((count * percentage) / 100 + 1e-9);
  return Math.min(number ?? Number.POSITIVE_INFINITY, share ?? Number.POSITIVE_INFINITY);
}

/** Read by the actions of this firing; not stored. */
function offer(context: ConditionContext, name: string, value: unknown): void {
  Object.defineProperty(context.values, name, {
    value,
    enumerable: false,
    configurable: true,
    writable: true,
  });
}
