// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of the language, evaluated by the engine
import { EVENT_TYPES } from '../../model/cloud-event.ts';
import type {
  ActionDefinition,
  ActivationEvent,
  RuleMember,
  TriggerDefinition,
} from '../../model/documents.ts';
import type { Group, Task } from './model.ts';
import { keptBy, memberOf, type Relations } from './relations.ts';

const ENDS = [
  EVENT_TYPES.taskSucceeded,
  EVENT_TYPES.taskFailed,
  EVENT_TYPES.taskSkipped,
  EVENT_TYPES.taskUpstreamFailed,
];

/** Emits a task's end; `subject` defaults to the task. */
export const emitEnd = (
  state: 'succeeded' | 'failed' | 'skipped' | 'upstream_failed',
  subject: string,
  data?: unknown,
): ActionDefinition => ({
  type: 'emit',
  event: `dev.tidegate.task.${state}`,
  subject,
  ...(data !== undefined && { data }),
});

/** What a condition or template that could not be evaluated makes of a task. */
export const emitOwnFailure = (subject: string): ActionDefinition =>
  emitEnd('failed', subject, { error: '${ error.code }', cause: '${ error.message }' });

/** Everything that is waited for, each subject once. */
export class Members {
  readonly #bySubject = new Map<string, RuleMember>();

  add(member: RuleMember): void {
    const before = this.#bySubject.get(member.subject);
    if (before === undefined) {
      this.#bySubject.set(member.subject, member);
      return;
    }
    const { waitOnly, ...merged } = { ...before, ...member };
    const both = before.waitOnly === true && member.waitOnly === true;
    this.#bySubject.set(member.subject, { ...merged, ...(both && waitOnly && { waitOnly }) });
  }
  get list(): readonly RuleMember[] {
    return [...this.#bySubject.values()];
  }
  /** The events that say something about the members. */
  get activations(): ActivationEvent[] {
    return this.list.flatMap(activationsOf);
  }
}

export function activationsOf({ subject, fork, gate }: RuleMember): ActivationEvent[] {
  const types = gate === undefined ? ENDS : [...ENDS, EVENT_TYPES.taskBranched];
  const activations: ActivationEvent[] = types.map((type) => ({ type, subject }));
  if (fork !== undefined) activations.push({ type: EVENT_TYPES.scopeForked, subject: fork });
  if (fork === subject) activations.push({ type: EVENT_TYPES.scopeEnded, subject });
  return activations;
}

/** The members of a task's own decision: what it needs, and what acts on it from further up. */
export function membersOf(
  task: Task,
  relations: Relations,
  sources: readonly Task[],
  kept: Map<Task, ReturnType<typeof keptBy>>,
): Members {
  const members = new Members();
  for (const need of task.needs) members.add(memberOf(need, task));
  for (const need of task.needs) {
    const { decision } = need;
    if (decision === undefined || task.teardown || task.rule === 'always') continue;
    if (need.mappedGroup !== undefined && need.mappedGroup !== task.mappedGroup) continue;
    if (decision.kind === 'short-circuit') members.add({ ...memberOf(need, task), gate: {} });
    else {
      const names = kept.get(need) ?? keptBy(need);
      kept.set(need, names);
      members.add({ ...memberOf(need, task), gate: { keep: names.get(task)! } });
    }
  }
  for (const cut of relations.cuts.get(task) ?? []) {
    members.add({ ...memberOf(cut, task), waitOnly: true, gate: {} });
  }
  for (const setup of relations.setups.get(task) ?? []) {
    members.add({ ...memberOf(setup, task), waitOnly: true, required: true });
  }
  for (const source of sources) members.add({ ...memberOf(source, task), waitOnly: true, source: true });
  return members;
}

/** The trigger that decides a task. Tasks of a mapped group are asked again as each scope begins. */
export function decisionTrigger(
  task: Task,
  members: Members,
  kick: ActivationEvent | undefined,
  fire: readonly ActionDefinition[],
): TriggerDefinition {
  const { id, rule, mappedGroup } = task;
  const needs = members.list;
  const gated = needs.some(({ gate }) => gate !== undefined);
  return {
    id,
    ...(mappedGroup !== undefined && { scope: mappedGroup.id }),
    activationEvents: [...(kick === undefined ? [] : [kick]), ...members.activations],
    condition: { type: 'rule', rule, needs },
    actions: {
      fire,
      error: [emitOwnFailure(id)],
      ...(needs.length > 0 && {
        skipped: [emitEnd('skipped', id)],
        upstream_failed: [emitEnd('upstream_failed', id)],
      }),
      ...(gated && { cut: [emitEnd('skipped', id, { cut: true })] }),
    },
  };
}

/** What makes a task ask for its decision though nothing it needs has ended. */
export function kickOf(task: Task, members: Members): ActivationEvent | undefined {
  if (task.mappedGroup !== undefined) return { type: EVENT_TYPES.scopeStarted, subject: task.mappedGroup.id };
  if (members.list.length > 0 && task.rule !== 'always') return undefined;
  return { type: task.handler ? EVENT_TYPES.runFailing : EVENT_TYPES.runStarted };
}

/** Opens the scopes of a mapped task or group. */
export function forkAction(over: Pick<Task | Group, 'id' | 'mapping'>): ActionDefinition {
  const { items, combine, concurrency } = over.mapping!;
  return {
    type: 'fork',
    name: over.id,
    items: items as string,
    ...(combine !== undefined && { combine }),
    ...(concurrency !== undefined && { concurrency }),
  };
}
