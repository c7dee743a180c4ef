import type { CloudEvent } from '../model/cloud-event.ts';
import type { TriggerDefinition } from '../model/documents.ts';
import type { Completion, Effect } from '../model/effect.ts';
import { encodeEffect } from '../model/effect-codec.ts';
import { isEnded, type RunStatus, splitRunKey } from '../model/run.ts';
import { SmallMap } from '../model/small-map.ts';
import { MatchIndex, scopePath } from '../triggers/index.ts';
import type { CompiledTrigger } from './compiled-trigger.ts';
import type { CompiledInterception } from './compiled-workflow.ts';
import type { Input } from './input.ts';
import { type Fork, ROOT_PLACE, Scope } from './scope.ts';
import type { Timer } from './timer.ts';
import { TriggerContext } from './trigger-context.ts';

export interface RunEnd {
  readonly output?: unknown;
  /** A code. */
  readonly error?: string | undefined;
  readonly cause?: unknown;
  /** milliseconds of the epoch; absent where the run has not ended */
  readonly at?: number | undefined;
}

/** How often a run was redriven. */
export interface Redrives {
  readonly count: number;
  /** When last, milliseconds of the epoch. */
  readonly at: number;
}

export interface RunParent {
  /** `workflow/run` of the run that waits. */
  readonly run: string;
  /** The effect to complete there. */
  readonly effect: string;
}

export interface EarlyEvent {
  readonly event: CloudEvent;
  /** milliseconds of the epoch */
  readonly at: number;
  readonly sequence: number;
}

/** What was changed about triggers while the run lives. */
export interface DynamicTriggers {
  readonly index: MatchIndex<CompiledTrigger>;
  readonly triggers: Map<string, CompiledTrigger>;
  /** Of static and dynamic triggers. */
  readonly overrides: Map<string, 'enabled' | 'disabled' | 'removed'>;
  readonly interceptions: Map<string, CompiledInterception>;
}

/** Internal events that wait for a further step, with the time their input had. */
export interface PendingEvents {
  events: CloudEvent[];
  now: number;
}

/** Shared by all runs with nothing to write. */
const CLEAN: TriggerContext[] = [];

/**
 * A run in its worker's memory: everything the engine reads and writes, with a note of what changed since the last
 * drain. Rare parts are made when first needed, so that a run at rest is small.
 */
export class RunState {
  readonly key: string;
  version: number;
  status: RunStatus = 'RUNNING';
  /** Status to go back to after a pause. */
  input: unknown;
  /** How it ended, or why it is stalled. */
  end: RunEnd | undefined = undefined;
  startedAt: number;
  labels: Readonly<Record<string, string>> | undefined;
  parent: RunParent | undefined;
  /** Absent: never. */
  redrives: Redrives | undefined = undefined;
  historyLength = 0;
  readonly root: Scope;
  /** Open scopes but the root, by path. */
  scopes: Map<string, Scope> | undefined = undefined;
  effects: Map<string, Effect> | undefined = undefined;
  timers: Map<string, Timer> | undefined = undefined;
  pending: PendingEvents | undefined = undefined;
  /** Inputs that came while older work of the run was unfinished, or while it was paused. */
  deferred: { readonly sequence: number; readonly input: Input; readonly now: number }[] | undefined =
    undefined;
  early: EarlyEvent[] | undefined = undefined;
  /** Reports on effects that are still to be decided, by the effect's id. */
  reports: Map<string, Completion> | undefined = undefined;
  dynamic: DynamicTriggers | undefined = undefined;
  /** Forks with scopes still to open, as their durable keys. */
  openable: Set<Fork> | undefined = undefined;
  /** Next number for early events and deferred inputs. */
  sequence = 0;

  /** The two marks below, as bits of one number: runs at rest are many. */
  #dirty = 0;
  dirtyContexts: TriggerContext[] = CLEAN;
  /** Changed cells but contexts: the value is made into JSON at the drain; null removes. */
  dirtyCells: Map<string, unknown> | undefined = undefined;
  newHistory: string[] | undefined = undefined;

  constructor(
    key: string,
    version: number,
    start: { input: unknown; at: number; labels?: Readonly<Record<string, string>>; parent?: RunParent },
  ) {
    this.key = key;
    this.version = version;
    this.input = start.input;
    this.startedAt = start.at;
    this.labels = start.labels;
    this.parent = start.parent;
    this.root = new Scope(ROOT_PLACE);
  }

  get workflow(): string {
    return splitRunKey(this.key).workflow;
  }
  get id(): string {
    return splitRunKey(this.key).run;
  }
  get output(): unknown {
    return this.end?.output;
  }
  get error(): string | undefined {
    return this.end?.error;
  }
  get cause(): unknown {
    return this.end?.cause;
  }
  get endedAt(): number | undefined {
    return this.end?.at;
  }
  /** Ended, and its end is told to whoever awaits it: nothing of it but head and history is needed any more. */
  get over(): boolean {
    return this.ended && (this.effects?.size ?? 0) === 0 && (this.timers?.size ?? 0) === 0;
  }
  get headDirty(): boolean {
    return (this.#dirty & 1) !== 0;
  }
  set headDirty(dirty: boolean) {
    this.#dirty = dirty ? this.#dirty | 1 : this.#dirty & ~1;
  }
  /** `historyLength` or `sequence` changed. */
  get countsDirty(): boolean {
    return (this.#dirty & 2) !== 0;
  }
  set countsDirty(dirty: boolean) {
    this.#dirty = dirty ? this.#dirty | 2 : this.#dirty & ~2;
  }
  get ended(): boolean {
    return isEnded(this.status);
  }
  /** There is work that needs no further input. */
  get hasWork(): boolean {
    if (this.status === 'PAUSED' || this.status === 'STALLED') return false;
    return (
      this.pending !== undefined ||
      (this.deferred !== undefined && this.deferred.length > 0) ||
      (this.openable !== undefined && this.openable.size > 0)
    );
  }
  /** Nothing is left to write. */
  get clean(): boolean {
    return (
      !this.headDirty &&
      !this.countsDirty &&
      this.dirtyContexts.length === 0 &&
      this.dirtyCells === undefined &&
      this.newHistory === undefined
    );
  }

  scope(path: string | undefined): Scope | undefined {
    return path === undefined || path === scopePath.ROOT ? this.root : this.scopes?.get(path);
  }

  context(scope: Scope, trigger: CompiledTrigger): TriggerContext {
    let context = scope.contexts?.get(trigger.id);
    if (context === undefined) {
      scope.contexts ??= new SmallMap();
      context = new TriggerContext(this, scope, trigger);
      scope.contexts.set(trigger.id, context);
    }
    return context;
  }

  noteDirty(context: TriggerContext): void {
    // Exactly sized for the one context that most runs touch at a time.
    if (this.dirtyContexts.length === 0) this.dirtyContexts = [context];
    else this.dirtyContexts.push(context);
  }

  cleanContexts(): void {
    this.dirtyContexts = CLEAN;
  }

  markCell(key: string, value: unknown): void {
    this.dirtyCells ??= new Map();
    this.dirtyCells.set(key, value);
  }

  setVariable(scope: Scope, name: string, value: unknown): void {
    scope.variables ??= {};
    scope.variables[name] = value;
    this.markCell(`v${scope.path}|${name}`, value === undefined ? null : { v: value });
  }

  putEffect(effect: Effect): void {
    this.effects ??= new Map();
    this.effects.set(effect.id, effect);
    const scope = this.scope(effect.scope);
    if (scope !== undefined && scope !== this.root) {
      scope.effects ??= new Set();
      scope.effects.add(effect.id);
    }
    this.markCell(`e${effect.id}`, encodeEffect(effect));
  }
  removeEffect(effect: Effect): void {
    this.effects?.delete(effect.id);
    if (this.effects?.size === 0) this.effects = undefined;
    this.scope(effect.scope)?.effects?.delete(effect.id);
    this.markCell(`e${effect.id}`, null);
  }

  putReport(completion: Completion): void {
    this.reports ??= new Map();
    this.reports.set(completion.effect, completion);
    this.markCell(`p${completion.effect}`, completion);
  }
  removeReport(effect: string): void {
    this.reports?.delete(effect);
    if (this.reports?.size === 0) this.reports = undefined;
    this.markCell(`p${effect}`, null);
  }

  putTimer(timer: Timer): void {
    this.timers ??= new Map();
    this.timers.set(timer.id, timer);
    const scope = this.scope(timer.scope);
    if (scope !== undefined && scope !== this.root) {
      scope.timers ??= new Set();
      scope.timers.add(timer.id);
    }
    this.markCell(`t${timer.id}`, timer);
  }
  removeTimer(timer: Timer): void {
    this.timers?.delete(timer.id);
    if (this.timers?.size === 0) this.timers = undefined;
    this.scope(timer.scope)?.timers?.delete(timer.id);
    this.markCell(`t${timer.id}`, null);
  }

  /** Called with forks that were made, moved or finished. */
  markFork(scope: Scope, fork: Fork): void {
    this.markCell(`f${scope.path}|${fork.name}`, {
      next: fork.next,
      ended: fork.ended,
      ...(fork.turns > 0 && { turns: fork.turns }),
    });
  }

  dynamicTriggers(): DynamicTriggers {
    this.dynamic ??= {
      index: new MatchIndex(),
      triggers: new Map(),
      overrides: new Map(),
      interceptions: new Map(),
    };
    return this.dynamic;
  }

  /** The definitions of the triggers as the run now has them, static ones first. */
  triggerDefinitions(statics: Iterable<CompiledTrigger>): TriggerDefinition[] {
    const definitions: TriggerDefinition[] = [];
    for (const { id, definition } of [...statics, ...(this.dynamic?.triggers.values() ?? [])]) {
      const override = this.dynamic?.overrides.get(id);
      if (override === 'removed' && !this.dynamic?.triggers.has(id)) continue;
      if (override === undefined || override === 'removed') definitions.push(definition);
      else definitions.push({ ...definition, enabled: override === 'enabled' });
    }
    return definitions;
  }
}
