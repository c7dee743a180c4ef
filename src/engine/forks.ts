import type { Operation } from '../actions/index.ts';
import { EVENT_TYPES } from '../model/cloud-event.ts';
import { TidegateError } from '../model/errors.ts';
import { requireWithin } from '../model/limits.ts';
import { scopePath } from '../triggers/index.ts';
import { internalEvent } from './internal-event.ts';
import { type Fork, Scope } from './scope.ts';
import type { Step } from './step.ts';

type ForkOperation = Extract<Operation, { op: 'fork' }>;

/** Opens a window of scopes over the items. Joins learn the number in the same step, before any member can end. */
export function fork(step: Step, scope: Scope, { name, items, concurrency }: ForkOperation): void {
  const { run } = step;
  requireWithin(step.workflow.limits, 'scopeDepth', scope.depth + 1, `the depth of fork "${name}"`);
  if (scope.forks?.has(name)) {
    throw new TidegateError('ACTION_FAILED', `fork "${name}" is open already in scope "${scope.path}"`);
  }
  const made: Fork = { name, parent: scope, items, concurrency, next: 0, open: new Map(), ended: 0 };
  const path = scope.path;
  step.enqueue(
    internalEvent(step, EVENT_TYPES.scopeForked, name, path, `${run.key}:${path}:${name}`, {
      count: items.length,
    }),
  );
  if (items.length === 0) return;
  scope.forks ??= new Map();
  scope.forks.set(name, made);
  run.markCell(`F${path}|${name}`, { items, concurrency });
  run.markFork(scope, made);
  scheduleOpening(step, made);
}

function scheduleOpening(step: Step, made: Fork): void {
  if (made.next >= made.items.length || made.open.size >= made.concurrency) return;
  step.run.openable ??= new Set();
  step.run.openable.add(made);
}

/** Opens the next scope of the fork that has waited longest. */
export function openNextScope(step: Step): void {
  const { run } = step;
  const made = run.openable!.values().next().value!;
  const { parent } = made;
  const index = made.next++;
  const path = scopePath.childPath(parent.path, made.name, index);
  const scope = openScope(run, parent, made, index, path);
  run.markCell(`s${path}`, 1);
  run.markFork(parent, made);
  if (made.next >= made.items.length || made.open.size >= made.concurrency) {
    run.openable!.delete(made);
    if (run.openable!.size === 0) run.openable = undefined;
  }
  step.enqueue(
    internalEvent(step, EVENT_TYPES.scopeStarted, made.name, scope.path, `${run.key}:${path}:started`, {
      index,
    }),
  );
}

export function openScope(run: Step['run'], parent: Scope, made: Fork, index: number, path: string): Scope {
  const staticPath = parent.staticPath === '' ? made.name : `${parent.staticPath}/${made.name}`;
  const scope = new Scope({
    path,
    staticPath,
    depth: parent.depth + 1,
    parent,
    index,
    item: made.items[index],
  });
  made.open.set(index, scope);
  run.scopes ??= new Map();
  run.scopes.set(path, scope);
  return scope;
}

/** Ends the scope, tells its parent, and lets the next one open. */
export function endScope(step: Step, scope: Scope, outcome: string, result: unknown): void {
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
  const data = { index, outcome, result };
  step.enqueue(
    internalEvent(
      step,
      EVENT_TYPES.scopeEnded,
      made.name,
      parent.path,
      `${run.key}:${scope.path}:ended`,
      data,
    ),
  );
  if (made.ended === made.items.length) removeFork(step, parent, made);
  else {
    run.markFork(parent, made);
    scheduleOpening(step, made);
  }
}

function removeFork(step: Step, parent: Scope, made: Fork): void {
  parent.forks?.delete(made.name);
  step.run.openable?.delete(made);
  if (step.run.openable?.size === 0) step.run.openable = undefined;
  step.run.markCell(`F${parent.path}|${made.name}`, null);
  step.run.markCell(`f${parent.path}|${made.name}`, null);
}

/** Closes all open scopes of the fork and opens no more; nobody is told. */
export function cancelFork(step: Step, scope: Scope, name: string): void {
  const made = scope.forks?.get(name);
  if (made === undefined) return;
  for (const inner of made.open.values()) closeScope(step, inner);
  removeFork(step, scope, made);
}

/** Kills everything in the scope: inner forks, timers, pending effects, contexts, variables. Late completions find nothing. */
function closeScope(step: Step, scope: Scope): void {
  const { run } = step;
  for (const made of [...(scope.forks?.values() ?? [])]) cancelFork(step, scope, made.name);
  for (const id of [...(scope.timers ?? [])]) step.cancelTimer(id);
  for (const id of [...(scope.effects ?? [])]) {
    const effect = run.effects?.get(id);
    if (effect !== undefined) run.removeEffect(effect);
    step.out.cancelled.push(id);
  }
  const write = (key: string, value: null) => run.markCell(key, value);
  for (const context of scope.contexts?.values() ?? []) context.remove(write);
  for (const name of Object.keys(scope.variables ?? {})) run.markCell(`v${scope.path}|${name}`, null);
  run.scopes?.delete(scope.path);
  run.markCell(`s${scope.path}`, null);
}
