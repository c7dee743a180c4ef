import type { Interception, TriggerDefinition } from '../model/documents.ts';
import type { Completion } from '../model/effect.ts';
import { decodeEffect } from '../model/effect-codec.ts';
import type { RunStatus } from '../model/run.ts';
import { scopePath } from '../triggers/index.ts';
import { addToIndex, compileTrigger } from './compiled-trigger.ts';
import { type CompiledWorkflow, compileInterception } from './compiled-workflow.ts';
import { hasRoom, openFork, openScope } from './forks.ts';
import type { Input } from './input.ts';
import { type EarlyEvent, type PendingEvents, type Redrives, type RunParent, RunState } from './run-state.ts';
import { type Fork, type ForkPlan, forkLabel } from './scope.ts';
import type { Timer } from './timer.ts';

/** The head of a run as stored; the rest are cells. Times in milliseconds of the epoch. */
export interface EncodedHead {
  readonly key: string;
  readonly version: number;
  readonly status: RunStatus;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Body {
  readonly input?: unknown;
  readonly output?: unknown;
  readonly error?: string;
  readonly cause?: unknown;
  readonly parent?: RunParent;
  readonly redrives?: Redrives;
  /** history length, as of the last time the head was written */
  readonly h?: number;
}

/** Length of the history and last sequence number: they change with nearly every input, the head seldom. */
const COUNTS_CELL = 'h';

export interface EncodedChange {
  readonly key: string;
  readonly head?: EncodedHead;
  readonly cells: readonly (readonly [key: string, value: string | null])[];
  readonly history?: readonly string[];
  readonly historyFrom?: number;
  readonly ended?: boolean;
}

/** Takes what changed since the last drain out of the run. */
export function drainRun(run: RunState): EncodedChange {
  const cells = run.over ? [] : encodeCells(run);
  run.cleanContexts();
  run.countsDirty = false;
  run.dirtyCells = undefined;
  const history = run.newHistory;
  run.newHistory = undefined;
  const head = run.headDirty ? encodeHead(run) : undefined;
  run.headDirty = false;
  return {
    key: run.key,
    ...(head && { head }),
    cells,
    ...(history && { history, historyFrom: run.historyLength - history.length + 1 }),
    ...(run.over && { ended: true }),
  };
}

/** Of a run that is over none is worth writing: the store drops them all. */
function encodeCells(run: RunState): [string, string | null][] {
  const cells: [string, string | null][] = [];
  const write = (key: string, value: string | null) => cells.push([key, value]);
  for (const context of run.dirtyContexts) if (context.dirty) context.drain(write);
  if (run.countsDirty) cells.push([COUNTS_CELL, JSON.stringify([run.historyLength, run.sequence])]);
  for (const [key, value] of run.dirtyCells ?? []) {
    cells.push([key, value === null ? null : JSON.stringify(value)]);
  }
  return cells;
}

function encodeHead(run: RunState): EncodedHead {
  const { output, error, cause, at } = run.end ?? {};
  const body: Body = {
    ...(run.input !== undefined && { input: run.input }),
    ...(output !== undefined && { output }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    ...(run.parent && { parent: run.parent }),
    ...(run.redrives && { redrives: run.redrives }),
    ...(run.historyLength > 0 && { h: run.historyLength }),
  };
  return {
    key: run.key,
    version: run.version,
    status: run.status,
    startedAt: run.startedAt,
    ...(at !== undefined && { endedAt: at }),
    ...(run.labels && { labels: run.labels }),
    body: JSON.stringify(body),
  };
}

/** What a stored head holds beside the columns. */
export function decodeBody(body: string): Omit<Body, 'h'> {
  return JSON.parse(body) as Body;
}

/** Makes the run as it was at its last drain. Cells of unknown triggers (a version that dropped them) are passed over. */
export function loadRun(
  workflow: CompiledWorkflow,
  stored: { readonly head: EncodedHead; readonly cells: readonly (readonly [string, string])[] },
): RunState {
  const { head } = stored;
  const body = JSON.parse(head.body) as Body;
  const run = new RunState(head.key, head.version, {
    input: body.input,
    at: head.startedAt,
    ...(head.labels && { labels: head.labels }),
    ...(body.parent && { parent: body.parent }),
  });
  run.status = head.status;
  run.redrives = body.redrives;
  const { output, error, cause } = body;
  if (head.endedAt !== undefined || cause !== undefined) run.end = { output, error, cause, at: head.endedAt };
  const cells = new Map(stored.cells);
  const counts = cells.get(COUNTS_CELL);
  [run.historyLength, run.sequence] =
    counts === undefined ? [body.h ?? 0, 0] : (JSON.parse(counts) as [number, number]);
  const ofKind = (kind: string) =>
    stored.cells
      .filter(([key]) => key.startsWith(kind))
      .map(([key, value]) => [key.slice(1), value] as const);
  loadForks(run, ofKind('F'), cells, new Map(ofKind('s')));
  for (const [key, value] of ofKind('v')) {
    const [path, name] = splitKey(key);
    const scope = run.scope(path);
    if (scope === undefined) continue;
    scope.variables ??= {};
    scope.variables[name] = (JSON.parse(value) as { v: unknown }).v;
  }
  loadDynamic(run, workflow, ofKind('x'), ofKind('o'), ofKind('i'));
  for (const [key, value] of ofKind('c')) {
    const [path, id] = splitKey(key);
    const scope = run.scope(path);
    const trigger = run.dynamic?.triggers.get(id) ?? workflow.triggers.get(id);
    if (scope === undefined || trigger === undefined) continue;
    run.context(scope, trigger).load(value, (chunk) => cells.get(chunk));
  }
  for (const [id, value] of ofKind('e')) run.putEffect(decodeEffect(head.key, id, value));
  for (const [, value] of ofKind('t')) run.putTimer(JSON.parse(value) as Timer);
  for (const [, value] of ofKind('p')) run.putReport(JSON.parse(value) as Completion);
  const pending = cells.get('q');
  if (pending !== undefined) run.pending = JSON.parse(pending) as PendingEvents;
  loadSequenced(run, ofKind('d'), ofKind('b'));
  run.dirtyCells = undefined;
  run.cleanContexts();
  return run;
}

/** A scope's path and a name: the path may hold no "|", a name may. */
function splitKey(key: string): [path: string, name: string] {
  const bar = key.indexOf('|');
  return [key.slice(0, bar), key.slice(bar + 1)];
}

/** Forks and their open scopes, outermost first. */
function loadForks(
  run: RunState,
  forks: readonly (readonly [string, string])[],
  cells: ReadonlyMap<string, string>,
  open: ReadonlyMap<string, string>,
): void {
  const byDepth = forks
    .map(([key, value]) => ({ key: splitKey(key), value }))
    .toSorted((a, b) => a.key[0].length - b.key[0].length);
  for (const { key, value } of byDepth) {
    const [path, name] = key;
    const scope = run.scope(path);
    const progress = cells.get(`f${path}|${name}`);
    if (scope === undefined || progress === undefined) continue;
    const made = openFork(scope, name, JSON.parse(value) as ForkPlan);
    Object.assign(made, JSON.parse(progress) as Pick<Fork, 'next' | 'ended'>);
    scope.forks ??= new Map();
    scope.forks.set(name, made);
    openAgain(run, made, open);
    if (hasRoom(made)) {
      run.openable ??= new Set();
      run.openable.add(made);
    }
  }
}

function openAgain(run: RunState, made: Fork, open: ReadonlyMap<string, string>): void {
  const label = forkLabel(made.name, made.plan.token);
  for (let index = 0; index < made.next; index++) {
    const turn = open.get(scopePath.childPath(made.parent.path, label, index));
    if (turn !== undefined) openScope(run, made, index, Number(turn));
  }
}

function loadDynamic(
  run: RunState,
  workflow: CompiledWorkflow,
  triggers: readonly (readonly [string, string])[],
  overrides: readonly (readonly [string, string])[],
  interceptions: readonly (readonly [string, string])[],
): void {
  if (triggers.length + overrides.length + interceptions.length === 0) return;
  const dynamic = run.dynamicTriggers();
  for (const [id, value] of triggers) {
    const trigger = compileTrigger(JSON.parse(value) as TriggerDefinition, workflow.limits);
    dynamic.triggers.set(id, trigger);
    addToIndex(dynamic.index, trigger, workflow.limits);
  }
  for (const [id, value] of overrides) dynamic.overrides.set(id, JSON.parse(value) as 'enabled');
  for (const [id, value] of interceptions) {
    dynamic.interceptions.set(id, compileInterception(JSON.parse(value) as Interception, workflow.limits));
  }
}

function loadSequenced(
  run: RunState,
  deferred: readonly (readonly [string, string])[],
  early: readonly (readonly [string, string])[],
): void {
  if (deferred.length > 0) {
    run.deferred = deferred
      .map(([, value]) => JSON.parse(value) as { sequence: number; input: Input; now: number })
      .toSorted((a, b) => a.sequence - b.sequence);
  }
  if (early.length > 0) {
    run.early = early
      .map(([, value]) => JSON.parse(value) as EarlyEvent)
      .toSorted((a, b) => a.sequence - b.sequence);
  }
}
