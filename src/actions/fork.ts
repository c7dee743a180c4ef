import { compileTemplate } from '../expressions/index.ts';
import type { CancelForkAction, EndScopeAction, ForkAction } from '../model/documents.ts';
import { TidegateError } from '../model/errors.ts';
import { requireWithin } from '../model/limits.ts';
import type { ActionType } from './action.ts';

/** Opens one scope per element. A join over `dev.tidegate.scope.ended` of the same name collects them. */
export const fork: ActionType<ForkAction> = {
  compile(definition, limits) {
    const items = compileTemplate(definition.items, { limits });
    const concurrency = compileTemplate(definition.concurrency ?? null, { limits });
    return {
      type: 'fork',
      plan(environment) {
        const variables = environment.variables();
        const list = items.evaluate(variables);
        if (!Array.isArray(list)) {
          throw new TidegateError(
            'ACTION_FAILED',
            `fork "${definition.name}": ${JSON.stringify(definition.items)} gave ${describe(list)}, not a list`,
          );
        }
        requireWithin(limits, 'forkWidth', list.length, `the width of fork "${definition.name}"`);
        const cap = concurrency.evaluate(variables);
        if (cap !== null && !(typeof cap === 'number' && cap >= 1)) {
          throw new TidegateError(
            'ACTION_FAILED',
            `fork "${definition.name}": concurrency gave ${describe(cap)}`,
          );
        }
        return { op: 'fork', name: definition.name, items: list, concurrency: cap ?? list.length };
      },
    };
  },
};

function describe(value: unknown): string {
  return value === null
    ? 'null'
    : typeof value === 'object'
      ? 'an object'
      : `${typeof value} ${String(value).slice(0, 50)}`;
}

export const endScope: ActionType<EndScopeAction> = {
  compile(definition, limits) {
    const result = compileTemplate(definition.result ?? null, { limits });
    const outcome = definition.outcome ?? 'succeeded';
    return {
      type: 'end-scope',
      plan: (environment) => ({
        op: 'end-scope',
        outcome,
        result: result.evaluate(result.constant ? {} : environment.variables()),
      }),
    };
  },
};

export const cancelFork: ActionType<CancelForkAction> = {
  compile: ({ name }) => ({ type: 'cancel-fork', plan: () => ({ op: 'cancel-fork', name }) }),
};
