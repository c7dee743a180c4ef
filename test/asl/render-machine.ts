import type { State, StateMachine, States } from '../../src/compilers/asl/model.ts';
import type { Assigning, BlockDraft, WorkflowDraft } from './arbitraries.ts';
import { assignOf, handlersOf, passOf, ruleOf, type Scope, taskOf, waitOf } from './render-states.ts';

/** The machine of a draft; unnamed languages are JSONPath. */
export function machineOf(draft: WorkflowDraft): StateMachine {
  return workflow(draft, 's', undefined);
}

/** Where a block stands: its name, the one behind it, and those that lie ahead. */
export interface Place {
  readonly scope: Scope;
  readonly name: string;
  readonly next: string;
  /** The name of the block so many places ahead; beyond the last is the end. */
  ahead(places: number): string;
}

/** States that begin by assigning the variables they count on; a name is never assigned in two scopes. */
function workflow(
  { blocks, last }: WorkflowDraft,
  path: string,
  outer: Scope | undefined,
  beginning: object = {},
): States {
  const suffix = path.replace(/[^a-z0-9]/g, '_');
  const own = { v: `v_${suffix}`, w: `w_${suffix}`, seen: `seen_${suffix}` };
  const scope: Scope = { ...own, outerV: outer?.v ?? own.v, outerW: outer?.w ?? own.w };
  const begin = `${path}-begin`;
  const end = `${path}-end`;
  const names = [...blocks.map((_, at) => `${path}${at}`), end];
  const states: Record<string, State> = {
    [begin]: { Type: 'Pass', ...beginning, Assign: { [own.v]: 1, [own.w]: 'begun' }, Next: names[0]! },
  };
  blocks.forEach((block, at) => {
    const place: Place = {
      scope,
      name: names[at]!,
      next: names[at + 1]!,
      ahead: (places) => names[Math.min(at + 1 + places, names.length - 1)]!,
    };
    Object.assign(states, render(block, place));
  });
  states[end] =
    last.kind === 'fail'
      ? { Type: 'Fail', Error: 'A', Cause: 'at the end' }
      : last.kind === 'succeed'
        ? { Type: 'Succeed' }
        : { Type: 'Pass', End: true };
  return { StartAt: begin, States: reachable(begin, states) };
}

function reachable(start: string, states: Readonly<Record<string, State>>): Record<string, State> {
  const found = new Set<string>();
  const open = [start];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    open.push(...targetsOf(states[name]!));
  }
  return Object.fromEntries(Object.entries(states).filter(([name]) => found.has(name)));
}

function targetsOf(state: State): string[] {
  const {
    Next,
    Default,
    Choices = [],
    Catch = [],
  } = state as {
    Next?: string;
    Default?: string;
    Choices?: readonly { Next: string }[];
    Catch?: readonly { Next: string }[];
  };
  const all = [Next, Default, ...Choices.map((each) => each.Next), ...Catch.map((each) => each.Next)];
  return all.filter((name) => name !== undefined);
}

function render(block: BlockDraft, place: Place): Record<string, State> {
  const { name, next, scope } = place;
  const { jsonata } = block;
  const language = jsonata ? { QueryLanguage: 'JSONata' as const } : {};
  const go = { Next: next };
  switch (block.kind) {
    case 'pass':
      return { [name]: { Type: 'Pass', ...language, ...passOf(block, scope), ...go } };
    case 'wait':
      return { [name]: { Type: 'Wait', ...language, ...waitOf(block), ...go } as State };
    case 'choice': {
      const Choices = block.rules.map((rule) => ruleOf(rule, jsonata, place.ahead(rule.to), scope));
      const otherwise = block.otherwise === undefined ? {} : { Default: place.ahead(block.otherwise) };
      return { [name]: { Type: 'Choice', ...language, Choices, ...otherwise } as State };
    }
    case 'task':
      return {
        [name]: {
          Type: 'Task',
          ...language,
          ...taskOf(block, jsonata, scope),
          ...handlersOf(block, place),
          ...go,
        },
      };
    case 'parallel': {
      const Branches = block.branches.map((branch, at) => workflow(branch, `${name}b${at}-`, scope));
      const data = fannedOut(jsonata, block.how, 'p', 'from-variables', scope);
      return {
        [name]: { Type: 'Parallel', ...language, Branches, ...data, ...handlersOf(block, place), ...go },
      };
    }
    case 'map':
      return {
        [name]: {
          Type: 'Map',
          ...language,
          ...mapOf(block, name, scope),
          ...handlersOf(block, place),
          ...go,
        },
      };
    case 'loop':
      return loop(block, place);
  }
}

type MapBlock = Extract<BlockDraft, { kind: 'map' }>;

function mapOf(
  { processor, distributed, concurrency, tolerated, batch, how, jsonata }: MapBlock,
  name: string,
  scope: Scope,
) {
  const batches = distributed && tolerated === undefined && batch !== undefined;
  const inner = workflow(processor, `${name}i-`, distributed ? undefined : scope, batches ? FROM_BATCH : {});
  const bears = distributed && tolerated !== undefined;
  const data = bears
    ? jsonata
      ? { Output: '{% $states.input %}' }
      : { ResultPath: null }
    : fannedOut(jsonata, how, 'm', 'constants', scope);
  return {
    ...(jsonata
      ? {
          Items: '{% $states.input.list %}',
          ItemSelector: {
            n: '{% $states.context.Map.Item.Value %}',
            text: '{% $states.input.text %}',
            list: '{% $states.input.list %}',
            at: '{% $states.context.Map.Item.Index %}',
          },
        }
      : {
          ItemsPath: '$.list',
          ItemSelector: {
            'n.$': '$$.Map.Item.Value',
            'text.$': '$.text',
            'list.$': '$.list',
            'at.$': '$$.Map.Item.Index',
          },
        }),
    ItemProcessor: distributed
      ? {
          ...inner,
          ProcessorConfig: { Mode: 'DISTRIBUTED' as const, ExecutionType: 'STANDARD' as const },
        }
      : inner,
    ...(batches && {
      ItemBatcher: {
        MaxItemsPerBatch: batch,
        BatchInput: jsonata ? { text: '{% $states.input.text %}' } : { 'text.$': '$.text' },
      },
    }),
    MaxConcurrency: concurrency,
    ...(bears && { ToleratedFailureCount: tolerated }),
    ...data,
  };
}

/** What a batch is to the states that take it. */
const FROM_BATCH = {
  Parameters: {
    'n.$': 'States.ArrayLength($.Items)',
    'text.$': '$.BatchInput.text',
    'list.$': '$.Items[*].n',
  },
};

/** What is made of the results of branches or items. */
function fannedOut(jsonata: boolean, how: number, key: string, assign: Assigning, scope: Scope) {
  const assigning = how > 5 ? assignOf(assign, jsonata, scope) : {};
  if (jsonata) {
    const kept = `$merge([$states.input, {'${key}': $count($states.result)}])`;
    const all = `$merge([$states.input, {'${key}': $states.result}])`;
    return { Output: `{% ${how % 2 === 0 ? all : kept} %}`, ...assigning };
  }
  const path = how % 3 === 0 ? null : `$.${key}`;
  const selector =
    how % 2 === 0 ? {} : { ResultSelector: { 'all.$': '$', 'count.$': 'States.ArrayLength($)' } };
  return { ResultPath: path, ...selector, ...assigning };
}

/** So many turns of a task, counted by a variable of its own. */
function loop(
  block: Extract<BlockDraft, { kind: 'loop' }>,
  { name, next, scope }: Place,
): Record<string, State> {
  const { jsonata, turns, body } = block;
  const turn = `turn_${name.replace(/[^a-z0-9]/g, '_')}`;
  const language = jsonata ? { QueryLanguage: 'JSONata' as const } : {};
  const onward = jsonata
    ? { Assign: { [turn]: `{% $${turn} + 1 %}` } }
    : { Assign: { [`${turn}.$`]: `States.MathAdd($${turn}, 1)` } };
  const rule = jsonata
    ? { Condition: `{% $${turn} < ${turns} %}`, Next: `${name}-body` }
    : { Variable: `$${turn}`, NumericLessThan: turns, Next: `${name}-body` };
  return {
    [name]: { Type: 'Pass', Assign: { [turn]: 0 }, Next: `${name}-body` },
    [`${name}-body`]: { Type: 'Task', ...language, ...taskOf(body, jsonata, scope), Next: `${name}-turn` },
    [`${name}-turn`]: { Type: 'Pass', ...language, ...onward, Next: `${name}-again` },
    [`${name}-again`]: { Type: 'Choice', ...language, Choices: [rule], Default: next } as State,
  };
}
