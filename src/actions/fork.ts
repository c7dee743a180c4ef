import type { CancelForkAction, EndScopeAction, ForkAction } from '../model/documents.ts';
import { TidegateError } from '../model/errors.ts';
import { type Limits, requireWithin } from '../model/limits.ts';
import { type ActionType, compileValue } from './action.ts';

/** Opens one scope per element. A join over `dev.tidegate.scope.ended` of the same name collects them. */
export const fork: ActionType<ForkAction> = {
  compile(definition, limits) {
    const items = compileValue(definition.items, limits);
    const concurrency = compileValue(definition.concurrency ?? null, limits);
    return {
      type: 'fork',
      plan(environment) {
        const list = combined(definition, items(environment), limits);
        const cap = concurrency(environment);
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

/** The elements: the list itself, or what an object of lists makes of them, the last list varying fastest. */
function combined({ name, items, combine }: ForkAction, value: unknown, limits: Limits): readonly unknown[] {
  const width = (count: number) => requireWithin(limits, 'forkWidth', count, `the width of fork "${name}"`);
  if (combine === undefined) {
    const list = requireList(name, items, value);
    width(list.length);
    return list;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TidegateError(
      'ACTION_FAILED',
      `fork "${name}": "${combine}" takes an object of lists, not ${describe(value)}`,
    );
  }
  const lists = Object.entries(value).map(([key, list]) => [key, requireList(name, items, list)] as const);
  const lengths = lists.map(([, list]) => list.length);
  if (combine === 'zip') {
    const count = Math.min(...lengths);
    width(count);
    return Array.from({ length: count }, (_, i) =>
      Object.fromEntries(lists.map(([key, list]) => [key, list[i]])),
    );
  }
  width(lengths.reduce((product, length) => product * length, 1));
  return lists.reduce<Record<string, unknown>[]>(
    (rows, [key, list]) => rows.flatMap((row) => list.map((element) => ({ ...row, [key]: element }))),
    [{}],
  );
}

/** An object's members are pairs of key and value. */
function requireList(name: string, items: unknown, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value === 'object' && value !== null) return Object.entries(value);
  throw new TidegateError(
    'ACTION_FAILED',
    `fork "${name}": ${JSON.stringify(items)} gave ${describe(value)}, not a list`,
  );
}

function describe(value: unknown): string {
  return value === null
    ? 'null'
    : typeof value === 'object'
      ? 'an object'
      : `${typeof value} ${String(value).slice(0, 50)}`;
}

export const endScope: ActionType<EndScopeAction> = {
  compile(definition, limits) {
    const result = compileValue(definition.result ?? null, limits);
    const outcome = definition.outcome ?? 'succeeded';
    return {
      type: 'end-scope',
      plan: (environment) => ({
        op: 'end-scope',
        outcome,
        result: result(environment),
      }),
    };
  },
};

export const cancelFork: ActionType<CancelForkAction> = {
  compile: ({ name }) => ({ type: 'cancel-fork', plan: () => ({ op: 'cancel-fork', name }) }),
};
