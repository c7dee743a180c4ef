// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of the language, evaluated by the engine
import { EVENT_TYPES } from '../../model/cloud-event.ts';
import type { ActionDefinition, TriggerDefinition } from '../../model/documents.ts';
import { emitEnd, emitOwnFailure } from './emit-rule.ts';
import type { Task } from './model.ts';
import { DAG_ERRORS, names } from './names.ts';

/** What else the compiler knows about a task. */
export interface TaskFacts {
  /** Its result is kept as a variable of its scope. */
  readonly kept: boolean;
  /** Others map over its result, so it must be a list. */
  readonly mustBeList: boolean;
}

/** The actions that start a task's work, and the triggers that bring it to its end under `subject`. */
export interface Work {
  readonly actions: readonly ActionDefinition[];
  readonly triggers: readonly TriggerDefinition[];
}

/** @param scope where the work is done @param subject of the event that ends it */
export function workOf(task: Task, facts: TaskFacts, scope: string | undefined, subject: string): Work {
  const { id, action } = task;
  const judged = isJudged(task, facts);
  const ended = judged ? names.call(id) : subject;
  const keep = !judged && facts.kept;
  const triggers = judged ? [settleTrigger(task, facts, scope, subject)] : [];
  if (action.kind === 'invoke') {
    const call = { ...action.action, subject: ended, ...(keep && { assign: id }) } as ActionDefinition;
    return { actions: [call], triggers };
  }
  if (action.kind === 'value') {
    const set: ActionDefinition[] = keep ? [{ type: 'set', values: { [id]: action.value } }] : [];
    return { actions: [...set, emitEnd('succeeded', ended, action.value ?? null)], triggers };
  }
  const timer: ActionDefinition = {
    type: 'set-timer',
    name: id,
    ...(action.until === undefined ? { afterMs: action.afterMs ?? 0 } : { at: action.until }),
  };
  const keepNull: ActionDefinition[] = keep ? [{ type: 'set', values: { [id]: null } }] : [];
  const wake: TriggerDefinition = {
    id: names.timer(id),
    ...(scope !== undefined && { scope }),
    activationEvents: [{ type: EVENT_TYPES.timer, subject: id }],
    condition: { type: 'always' },
    actions: [...keepNull, emitEnd('succeeded', ended, null)],
  };
  return { actions: [timer], triggers: [wake, ...triggers] };
}

function isJudged({ decision, skipWhen }: Task, { mustBeList }: TaskFacts): boolean {
  return decision !== undefined || skipWhen !== undefined || mustBeList;
}

/**
 * Judges the end of a task's call: did it skip itself, is its result what it must be, what does it choose? Each answer is
 * an outcome of one expression.
 */
function settleTrigger(
  task: Task,
  facts: TaskFacts,
  scope: string | undefined,
  subject: string,
): TriggerDefinition {
  const { id, decision } = task;
  const call = names.call(id);
  const keep: ActionDefinition[] = facts.kept ? [{ type: 'set', values: { [id]: '${ event.data }' } }] : [];
  const succeeded = [...keep, emitEnd('succeeded', subject, '${ event.data }')];
  const branched = (data: unknown): ActionDefinition => ({
    type: 'emit',
    event: EVENT_TYPES.taskBranched,
    subject: id,
    data,
  });
  return {
    id: names.settle(id),
    ...(scope !== undefined && { scope }),
    activationEvents: [
      { type: EVENT_TYPES.taskSucceeded, subject: call },
      { type: EVENT_TYPES.taskFailed, subject: call },
    ],
    condition: { type: 'expression', expression: verdict(task, facts), reset: 'never' },
    ...(decision?.kind === 'branch' && { context: { allowed: choosable(task) } }),
    actions: {
      succeeded:
        decision?.kind === 'branch'
          ? [
              ...keep,
              branched({ chosen: `\${ ${chosen(decision.choose)} }` }),
              ...succeeded.slice(keep.length),
            ]
          : succeeded,
      cut: [
        branched({
          chosen: [],
          ...(decision?.kind === 'short-circuit' && decision.ignoreRules && { cut: true }),
        }),
        ...succeeded,
      ],
      failed: [emitEnd('failed', subject, '${ event.data }')],
      skipped: [emitEnd('skipped', subject)],
      unknown: [
        emitEnd('failed', subject, {
          error: DAG_ERRORS.branchUnknown,
          cause: `branch "${id}" chose \${ ${chosen(decision?.kind === 'branch' ? decision.choose : undefined)} }; directly downstream are: \${ context.allowed }`,
        }),
      ],
      notAList: [
        emitEnd('failed', subject, {
          error: DAG_ERRORS.notAList,
          cause: `others map over the result of "${id}", so it must be a list or an object, not \${ type(event.data) }`,
        }),
      ],
      error: [emitOwnFailure(subject)],
    },
  };
}

const over = (body: string) => `cel.bind(result, event.data, ${body})`;

function verdict({ skipWhen, decision }: Task, { mustBeList }: TaskFacts): string {
  const parts: string[] = [`event.type == "${EVENT_TYPES.taskFailed}" ? "failed"`];
  if (skipWhen !== undefined) parts.push(`(${over(`(${skipWhen}) == true`)}) ? "skipped"`);
  if (mustBeList) parts.push('!(type(event.data) in [list, map]) ? "notAList"');
  if (decision?.kind === 'branch') {
    parts.push(`!(${chosen(decision.choose)}).all(name, name in context.allowed) ? "unknown"`);
  }
  if (decision?.kind === 'short-circuit') {
    parts.push(`!(${truthy(over(`(${decision.continueWhen ?? 'result'})`))}) ? "cut"`);
  }
  return `${parts.join(' : ')} : "succeeded"`;
}

/** The names chosen, as a list: null is none, one name is a list of one. */
function chosen(choose: string | undefined): string {
  const value = choose === undefined ? 'event.data' : over(`(${choose})`);
  return `cel.bind(choice, ${value}, choice == null ? [] : type(choice) == list ? choice : [choice])`;
}

/** As Python has it: null, false, zero and what is empty are not. */
function truthy(value: string): string {
  return `cel.bind(value, ${value}, !(value == null || value == false || value == 0 || value == "" || value == [] || value == {}))`;
}

function choosable(task: Task): string[] {
  return [
    ...new Set(
      task.downstream.flatMap(({ id, name, groups }) => [
        id,
        name,
        ...groups.flatMap((group) => [group.id, group.name]),
      ]),
    ),
  ];
}
