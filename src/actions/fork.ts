import type { CancelForkAction, EndScopeAction, ForkAction } from '../model/documents.ts';
import { TidegateError } from '../model/errors.ts';
import { Failure } from '../model/failure.ts';
import { type Limits, requireWithin } from '../model/limits.ts';
import { type ActionType, compileValue, type Tolerance } from './action.ts';

/**
 * Opens one scope per element, or a number of scopes. A join over `dev.tidegate.scope.ended` of the same name, or a `scopes`
 * condition, collects them.
 */
export const fork: ActionType<ForkAction> = {
  compile(definition, limits) {
    const { name, branches, hold, turns } = definition;
    const items = compileValue(definition.items ?? null, limits);
    const concurrency = compileValue(definition.concurrency ?? null, limits);
    const value = definition.value === undefined ? undefined : compileValue(definition.value, limits);
    const tolerate = definition.tolerate && compileValue(definition.tolerate, limits);
    const moves = { ...(hold !== undefined && { hold }), ...(turns !== undefined && { turns }) };
    return {
      type: 'fork',
      plan(environment) {
        const list = branches ?? combined(definition, items(environment), limits);
        const cap = concurrency(environment);
        if (cap !== null && !(typeof cap === 'number' && cap >= 0)) {
          throw new TidegateError('ACTION_FAILED', `fork "${name}": concurrency gave ${describe(cap)}`);
        }
        return {
          op: 'fork',
          name,
          items: list,
          concurrency: cap || (typeof list === 'number' ? list : list.length),
          ...(value && { value: value(environment) }),
          ...(tolerate && { tolerate: noting(list, () => tolerate(environment)) as Tolerance }),
          ...moves,
        };
      },
    };
  },
};

/** A failure of what comes after the elements tells how many they were. */
function noting(list: readonly unknown[] | number, evaluate: () => unknown): unknown {
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof Failure)
      error.details = { forkWidth: typeof list === 'number' ? list : list.length };
    throw error;
  }
}

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
    const turns = definition.turns === undefined ? {} : { turns: definition.turns };
    return {
      type: 'end-scope',
      plan: (environment) => ({ op: 'end-scope', outcome, result: result(environment), ...turns }),
    };
  },
};

export const cancelFork: ActionType<CancelForkAction> = {
  compile: ({ name }) => ({ type: 'cancel-fork', plan: () => ({ op: 'cancel-fork', name }) }),
};
