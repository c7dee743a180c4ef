import type { Operation, Tolerance } from '../actions/index.ts';
import { type CloudEvent, EVENT_TYPES } from '../model/cloud-event.ts';
import { TidegateError } from '../model/errors.ts';
import { requireWithin } from '../model/limits.ts';
import { heldToken, type Token } from '../model/token.ts';
import { scopePath } from '../triggers/index.ts';
import { internalEvent } from './internal-event.ts';
import { revokeEffect } from './revoke.ts';
import { type Fork, type ForkPlan, forkLabel, Scope } from './scope.ts';
import type { Step } from './step.ts';

type ForkOperation = Extract<Operation, { op: 'fork' }>;

/** Opens a window of scopes over the items. Joins learn the number in the same step, before any member can end. */
export function fork(
  step: Step,
  scope: Scope,
  operation: ForkOperation,
  cause: CloudEvent | undefined,
): void {
  const { run } = step;
  const { name, tolerate } = operation;
  requireWithin(step.workflow.limits, 'scopeDepth', scope.depth + 1, `the depth of fork "${name}"`);
  if (scope.forks?.has(name)) {
    throw new TidegateError('ACTION_FAILED', `fork "${name}" is open already in scope "${scope.path}"`);
  }
  const { openScopes } = step.workflow.limits;
  const bounded = { ...operation, concurrency: Math.min(operation.concurrency, openScopes) };
  const made = openFork(scope, name, planOf(bounded, cause, step.now));
  const { token } = made.plan;
  step.enqueue(
    internalEvent(
      step,
      EVENT_TYPES.scopeForked,
      name,
      scope.path,
      `${run.key}:${scope.path}:${forkLabel(name, token)}`,
      { count: made.count, ...(tolerate && { tolerate }) },
      undefined,
      token,
    ),
  );
  if (made.count === 0) return;
  scope.forks ??= new Map();
  scope.forks.set(name, made);
  run.markCell(`F${scope.path}|${name}`, made.plan);
  run.markFork(scope, made);
  scheduleOpening(step, made);
}

function planOf(operation: ForkOperation, cause: CloudEvent | undefined, now: number): ForkPlan {
  const { items, concurrency, value, tolerate, hold, turns } = operation;
  const token: Token | undefined =
    hold === undefined || cause?.token === undefined
      ? undefined
      : heldToken(cause.token, hold, cause.data, now);
  return {
    items,
    concurrency,
    ...(value !== undefined && { value }),
    ...(tolerate && { tolerate }),
    ...(token && { token }),
    ...(turns !== undefined && { turns }),
  };
}

export function openFork(parent: Scope, name: string, plan: ForkPlan): Fork {
  const count = typeof plan.items === 'number' ? plan.items : plan.items.length;
  return { name, parent, plan, count, next: 0, open: new Map(), ended: 0, turns: 0 };
}

/** True where another scope of the fork may open. */
export function hasRoom({ next, count, open, plan }: Fork): boolean {
  return next < count && open.size < plan.concurrency;
}

function scheduleOpening(step: Step, made: Fork): void {
  if (!hasRoom(made)) return;
  step.run.openable ??= new Set();
  step.run.openable.add(made);
}

/** Opens the next scope of the fork that has waited longest. */
export function openNextScope(step: Step): void {
  const { run } = step;
  const made = run.openable!.values().next().value!;
  const { parent, plan } = made;
  const { token, value } = plan;
  const index = made.next++;
  const turn = token === undefined ? 0 : token.turn + (token.spent ?? 0) + (plan.turns ?? 0) + made.turns;
  const scope = openScope(run, made, index, turn);
  run.markCell(`s${scope.path}`, turn);
  run.markFork(parent, made);
  if (!hasRoom(made)) {
    run.openable!.delete(made);
    if (run.openable!.size === 0) run.openable = undefined;
  }
  step.enqueue(
    internalEvent(
      step,
      EVENT_TYPES.scopeStarted,
      made.name,
      scope.path,
      `${run.key}:${scope.path}:started`,
      value === undefined ? { index } : { index, value },
      undefined,
      token && startToken(token, turn),
    ),
  );
}

/** What begins in a scope is still told by the state that forked it: when it was entered, and which attempt this is. */
function startToken({ turn: entered, at, attempt, tries }: Token, turn: number): Token {
  return {
    turn,
    entered,
    ...(at !== undefined && { at }),
    ...(attempt !== undefined && { attempt }),
    ...(tries && { tries }),
  };
}

export function openScope(run: Step['run'], made: Fork, index: number, turn: number): Scope {
  const { name, parent, plan } = made;
  const { items } = plan;
  const path = scopePath.childPath(parent.path, forkLabel(name, plan.token), index);
  const branch = typeof items === 'number';
  const scope = new Scope({
    path,
    staticPath: parent.staticPath === '' ? name : `${parent.staticPath}/${name}`,
    depth: parent.depth + 1,
    parent,
    index,
    item: branch ? undefined : items[index],
    branch,
    turn,
  });
  made.open.set(index, scope);
  run.scopes ??= new Map();
  run.scopes.set(path, scope);
  return scope;
}

/** Ends the scope, tells its parent, and lets the next one open. `token`: the one that came to its end here. */
export function endScope(
  step: Step,
  scope: Scope,
  operation: Extract<Operation, { op: 'end-scope' }>,
  token: Token | undefined,
): void {
  const { run } = step;
  const { parent, index } = scope;
  if (parent === undefined || index === undefined) {
    throw new TidegateError('ACTION_FAILED', 'end-scope in the root of the run: there is no scope to end');
  }
  const made = [...(parent.forks?.values() ?? [])].find((each) => each.open.get(index) === scope);
  closeScope(step, scope);
  if (made === undefined) return;
  made.open.delete(index);
  made.ended++;
  if (token !== undefined) {
    made.turns += token.turn + (token.spent ?? 0) + (operation.turns ?? 0) - scope.turn;
  }
  const { outcome, result } = operation;
  const held = made.plan.token;
  step.enqueue(
    internalEvent(
      step,
      EVENT_TYPES.scopeEnded,
      made.name,
      parent.path,
      `${run.key}:${scope.path}:ended`,
      { index, outcome, result },
      undefined,
      held && { ...held, spent: (held.spent ?? 0) + made.turns },
    ),
  );
  if (made.ended === made.count) removeFork(step, parent, made);
  else {
    run.markFork(parent, made);
    scheduleOpening(step, made);
  }
}

/** Other bounds for a fork that is open; what is absent stays. */
export interface ForkChange {
  /** The `mapRun` that the fork gives to its scopes. */
  readonly mapRun: string;
  /** 0: no bound */
  readonly concurrency?: number;
  readonly tolerate?: Tolerance;
}

/** Gives an open fork other bounds, at once. Throws NOT_FOUND where no such fork is open. */
export function changeFork(step: Step, { mapRun, concurrency, tolerate }: ForkChange): void {
  const { run } = step;
  const made = findFork(run, mapRun);
  if (made === undefined) throw new TidegateError('NOT_FOUND', `no fork of the Map Run "${mapRun}" is open`);
  const { parent, plan, count, name } = made;
  made.plan = {
    ...plan,
    ...(concurrency !== undefined && {
      concurrency: Math.min(concurrency || count, step.workflow.limits.openScopes),
    }),
    ...(tolerate && { tolerate: { ...plan.tolerate, ...tolerate } }),
  };
  run.markCell(`F${parent.path}|${name}`, made.plan);
  scheduleOpening(step, made);
  if (tolerate === undefined) return;
  step.enqueue(
    internalEvent(
      step,
      EVENT_TYPES.scopeForked,
      name,
      parent.path,
      `${run.key}:${parent.path}:${forkLabel(name, plan.token)}:${step.now}`,
      { count, tolerate: made.plan.tolerate },
      undefined,
      plan.token && { ...plan.token, spent: (plan.token.spent ?? 0) + made.turns },
    ),
  );
}

function findFork({ root, scopes }: Step['run'], mapRun: string): Fork | undefined {
  for (const scope of [root, ...(scopes?.values() ?? [])]) {
    for (const made of scope.forks?.values() ?? []) {
      if ((made.plan.value as { mapRun?: string } | undefined)?.mapRun === mapRun) return made;
    }
  }
  return undefined;
}

function removeFork(step: Step, parent: Scope, made: Fork): void {
  parent.forks?.delete(made.name);
  step.run.openable?.delete(made);
  if (step.run.openable?.size === 0) step.run.openable = undefined;
  step.run.markCell(`F${parent.path}|${made.name}`, null);
  step.run.markCell(`f${parent.path}|${made.name}`, null);
}

/** Closes all open scopes of the fork and opens no more; nobody is told, nor hears of those that ended just before. */
export function cancelFork(step: Step, scope: Scope, name: string): void {
  const made = scope.forks?.get(name);
  if (made !== undefined) {
    for (const inner of made.open.values()) closeScope(step, inner);
    removeFork(step, scope, made);
  }
  step.dropQueued(({ type, subject, scope: path = '' }) => {
    return type === EVENT_TYPES.scopeEnded && subject === name && path === scope.path;
  });
}

/** Kills everything in the scope: inner forks, timers, pending effects, contexts, variables. Late completions find nothing. */
function closeScope(step: Step, scope: Scope): void {
  const { run } = step;
  for (const made of [...(scope.forks?.values() ?? [])]) {
    for (const inner of made.open.values()) closeScope(step, inner);
    removeFork(step, scope, made);
  }
  for (const id of [...(scope.timers ?? [])]) step.cancelTimer(id);
  for (const id of [...(scope.effects ?? [])]) {
    const effect = run.effects?.get(id);
    step.out.cancelled.push(id);
    if (effect === undefined) continue;
    run.removeEffect(effect);
    revokeEffect(step, effect);
  }
  const write = (key: string, value: null) => run.markCell(key, value);
  for (const context of scope.contexts?.values() ?? []) context.remove(write);
  for (const name of Object.keys(scope.variables ?? {})) run.markCell(`v${scope.path}|${name}`, null);
  run.scopes?.delete(scope.path);
  run.markCell(`s${scope.path}`, null);
}
