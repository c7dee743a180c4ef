import fc from 'fast-check';

/**
 * Drafts of random machines. What flows from state to state always has an integer `n`, a text `text` and a list of
 * integers `list`, and an integer and a text are always assigned as variables, so that most expressions find
 * what they look for; what else there is grows on the way.
 */
export interface WorkflowDraft {
  readonly blocks: readonly BlockDraft[];
  readonly last: { readonly kind: 'pass' | 'succeed' | 'fail' };
}

/** A state, or the few that make a loop. Places count the blocks behind it; beyond the last is the end. */
export type BlockDraft = { readonly jsonata: boolean } & (
  | { readonly kind: 'pass'; readonly how: number; readonly number: number; readonly assign: Assigning }
  | { readonly kind: 'wait'; readonly how: number; readonly seconds: number }
  | { readonly kind: 'choice'; readonly rules: readonly RuleDraft[]; readonly otherwise: number | undefined }
  | ({ readonly kind: 'task' } & TaskDraft & Handlers)
  | ({
      readonly kind: 'parallel';
      readonly branches: readonly WorkflowDraft[];
      readonly how: number;
    } & Handlers)
  | ({ readonly kind: 'map'; readonly processor: WorkflowDraft } & MapDraft & Handlers)
  | { readonly kind: 'loop'; readonly turns: number; readonly body: TaskDraft }
);

export type Assigning = 'nothing' | 'constants' | 'from-input' | 'from-variables' | 'context';

/** `and`, `or` and `not` hold the tests of the same language. */
export interface RuleDraft {
  readonly test: TestDraft;
  readonly to: number;
  readonly assign: Assigning;
}

export type TestDraft =
  | { readonly kind: 'less' | 'equals'; readonly number: number }
  | { readonly kind: 'variable'; readonly number: number }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'present' }
  | { readonly kind: 'and' | 'or'; readonly tests: readonly TestDraft[] }
  | { readonly kind: 'not'; readonly tests: readonly TestDraft[] };

/** What a task comes to, attempt by attempt; the last stays. */
export type ScriptStep = 'ok' | 'A' | 'B' | 'slow';

export interface TaskDraft {
  readonly script: readonly ScriptStep[];
  readonly service: boolean;
  readonly how: number;
  readonly assign: Assigning;
}

export interface Handlers {
  readonly retry: readonly RetrierDraft[];
  readonly handle: readonly CatcherDraft[];
}

export interface RetrierDraft {
  readonly errors: readonly string[];
  readonly attempts: number;
  readonly seconds: number;
  readonly backoff: number;
}

export interface CatcherDraft {
  readonly errors: readonly string[];
  readonly to: number;
  readonly how: number;
  readonly assign: Assigning;
}

export interface MapDraft {
  readonly distributed: boolean;
  readonly concurrency: number;
  /** Distributed: failures that are borne. */
  readonly tolerated: number | undefined;
  /** Distributed, where no failures are borne: items in one batch. */
  readonly batch: number | undefined;
  readonly how: number;
}

export interface AnyInput {
  readonly n: number;
  readonly text: string;
  readonly list: readonly number[];
}

const anyText = fc.constantFrom('', 'a', 'b', 'Ünï', 'x y', "it's");
const anyNumber = fc.integer({ min: 0, max: 4 });
const anyWay = fc.nat(10);
const anyPlace = fc.nat(3);
const anyAssign = fc.oneof(
  { weight: 2, arbitrary: fc.constant('nothing' as const) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Assigning>('constants', 'from-input', 'from-variables', 'context'),
  },
);
const anyErrors: fc.Arbitrary<string[]> = fc.oneof(
  fc.constant<string[]>(['States.ALL']),
  fc.uniqueArray(fc.constantFrom<string[]>('A', 'B', 'States.Timeout'), { minLength: 1, maxLength: 2 }),
);
/** For tasks alone: what it stands for elsewhere is not told. */
const anyTaskErrors: fc.Arbitrary<string[]> = fc.oneof(
  anyErrors,
  fc.constant<string[]>(['States.TaskFailed']),
);

const anyTest = fc.letrec<{ test: TestDraft }>((tie) => ({
  test: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({
      kind: fc.constantFrom('less', 'equals', 'variable'),
      number: anyNumber,
    }) as fc.Arbitrary<TestDraft>,
    fc.record({ kind: fc.constant('text' as const), text: anyText }),
    fc.record({ kind: fc.constant('present' as const) }),
    fc.record({
      kind: fc.constantFrom('and', 'or'),
      tests: fc.array(tie('test'), { minLength: 1, maxLength: 3 }),
    }) as fc.Arbitrary<TestDraft>,
    fc.record({
      kind: fc.constant('not' as const),
      tests: fc.array(tie('test'), { minLength: 1, maxLength: 1 }),
    }),
  ),
})).test;

const anyTask: fc.Arbitrary<TaskDraft> = fc.record({
  script: fc.array(fc.constantFrom<ScriptStep>('ok', 'ok', 'ok', 'A', 'B', 'slow'), {
    minLength: 1,
    maxLength: 3,
  }),
  service: fc.boolean(),
  how: anyWay,
  assign: anyAssign,
});

const handlersOf = (
  errors: fc.Arbitrary<string[]>,
): { [K in keyof Handlers]: fc.Arbitrary<Handlers[K]> } => ({
  retry: fc
    .array(
      fc.record({
        errors,
        attempts: fc.nat(2),
        seconds: fc.integer({ min: 1, max: 3 }),
        backoff: fc.constantFrom(1, 1.5, 2),
      }),
      { maxLength: 2 },
    )
    .map(allLast),
  handle: fc
    .array(fc.record({ errors, to: anyPlace, how: anyWay, assign: anyAssign }), { maxLength: 2 })
    .map(allLast),
});

/** `States.ALL` may only stand in the last one. */
function allLast<T extends { readonly errors: readonly string[] }>(rows: readonly T[]): T[] {
  const all = rows.findIndex(({ errors }) => errors.includes('States.ALL'));
  return all < 0 ? [...rows] : rows.slice(0, all + 1);
}

function anyBlock(depth: number): fc.Arbitrary<BlockDraft> {
  const jsonata = fc.boolean();
  const flat: fc.WeightedArbitrary<BlockDraft>[] = [
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('pass' as const),
        jsonata,
        how: anyWay,
        number: anyNumber,
        assign: anyAssign,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('wait' as const),
        jsonata,
        how: anyWay,
        seconds: fc.integer({ min: 0, max: 5 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('choice' as const),
        jsonata,
        rules: fc.array(fc.record({ test: anyTest, to: anyPlace, assign: anyAssign }), {
          minLength: 1,
          maxLength: 3,
        }),
        otherwise: fc.option(anyPlace, { nil: undefined, freq: 8 }),
      }),
    },
    {
      weight: 4,
      arbitrary: fc
        .tuple(anyTask, fc.record(handlersOf(anyTaskErrors)), jsonata)
        .map(([task, handlers, ata]) => ({ kind: 'task', jsonata: ata, ...task, ...handlers })),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('loop' as const),
        jsonata,
        turns: fc.integer({ min: 1, max: 4 }),
        body: anyTask,
      }),
    },
  ];
  if (depth === 0) return fc.oneof({ withCrossShrink: true }, ...flat);
  return fc.oneof(
    { withCrossShrink: true },
    ...flat,
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('parallel' as const),
        jsonata,
        branches: fc.array(workflowOf(depth - 1), { minLength: 1, maxLength: 3 }),
        how: anyWay,
        ...handlersOf(anyErrors),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('map' as const),
        jsonata,
        processor: workflowOf(depth - 1),
        distributed: fc.boolean(),
        concurrency: fc.nat(3),
        tolerated: fc.option(fc.nat(2), { nil: undefined }),
        batch: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined, freq: 2 }),
        how: anyWay,
        ...handlersOf(anyErrors),
      }),
    },
  );
}

function workflowOf(depth: number): fc.Arbitrary<WorkflowDraft> {
  return fc.record({
    blocks: fc.array(anyBlock(depth), { minLength: 1, maxLength: depth === 2 ? 4 : 2 }),
    last: fc.record({ kind: fc.constantFrom('pass', 'pass', 'succeed', 'succeed', 'fail') }),
  });
}

/** Nested twice at most. */
export const anyWorkflow: fc.Arbitrary<WorkflowDraft> = workflowOf(2);

export const anyInput: fc.Arbitrary<AnyInput> = fc.record({
  n: anyNumber,
  text: anyText,
  list: fc.array(anyNumber, { maxLength: 4 }),
});
