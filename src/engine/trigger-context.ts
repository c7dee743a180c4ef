import { type ConditionContext, MEMBERS_PER_CHUNK, Members } from '../conditions/index.ts';
import type { CompiledTrigger } from './compiled-trigger.ts';
import type { RunState } from './run-state.ts';
import type { Scope } from './scope.ts';

/** What is stored of a context, beside its chunks of members. */
interface StoredContext {
  /** activation */
  readonly a?: number;
  /** done */
  readonly d?: 1;
  /** values */
  readonly v?: Record<string, unknown>;
  /** chunks of members */
  readonly n?: number;
}

/** The durable state of one (run, trigger, scope). */
export class TriggerContext implements ConditionContext {
  readonly #run: RunState;
  readonly #scope: Scope;
  /** Replaced by its successor when a standing run adopts a new version. */
  trigger: CompiledTrigger;
  values: Record<string, unknown>;
  activation = 0;
  /** No further event is looked at. */
  done = false;
  dirty = false;
  #members: Members | undefined;
  /** Chunks of members in the store. */
  #storedChunks = 0;

  constructor(run: RunState, scope: Scope, trigger: CompiledTrigger) {
    this.#run = run;
    this.#scope = scope;
    this.trigger = trigger;
    this.values = firstValues(trigger);
  }

  get scope(): string {
    return this.#scope.path;
  }
  get members(): Members {
    this.#members ??= new Members();
    return this.#members;
  }
  get outer(): TriggerContext | undefined {
    for (let scope = this.#scope.parent; scope !== undefined; scope = scope.parent) {
      const context = scope.contexts?.get(this.trigger.id);
      if (context !== undefined) return context;
    }
    return undefined;
  }

  touch(): void {
    if (this.dirty) return;
    this.dirty = true;
    this.#run.noteDirty(this);
  }

  /** Notes an outcome; what follows depends on the condition. */
  settle(after: 'repeat' | 'renew' | 'done'): void {
    this.activation++;
    if (after === 'renew') {
      this.values = firstValues(this.trigger);
      this.#dropMembers();
    } else if (after === 'done') {
      this.done = true;
      this.#dropMembers();
    }
    this.touch();
  }

  #dropMembers(): void {
    this.#members = undefined;
  }

  get cellKey(): string {
    return `c${this.#scope.path}|${this.trigger.id}`;
  }
  #chunkKey(index: number): string {
    return `m${this.#scope.path}|${this.trigger.id}|${index}`;
  }

  /** Writes what changed since the last call. */
  drain(write: (key: string, value: string | null) => void): void {
    this.dirty = false;
    const members = this.#members;
    const chunks = members?.chunkCount ?? 0;
    const stored: StoredContext = {
      ...(this.activation > 0 && { a: this.activation }),
      ...(this.done && { d: 1 }),
      ...(hasOwnMember(this.values) && { v: this.values }),
      ...(chunks > 0 && { n: chunks }),
    };
    write(this.cellKey, JSON.stringify(stored));
    if (members !== undefined) {
      for (let i = members.firstDirtyChunk; i < chunks; i++) write(this.#chunkKey(i), members.encodeChunk(i));
      members.firstDirtyChunk = Math.floor(members.size / MEMBERS_PER_CHUNK);
    }
    for (let i = chunks; i < this.#storedChunks; i++) write(this.#chunkKey(i), null);
    this.#storedChunks = chunks;
  }

  /** Removes all of its cells. */
  remove(write: (key: string, value: null) => void): void {
    this.dirty = false;
    write(this.cellKey, null);
    for (let i = 0; i < this.#storedChunks; i++) write(this.#chunkKey(i), null);
  }

  load(text: string, chunkOf: (key: string) => string | undefined): void {
    const stored = JSON.parse(text) as StoredContext;
    this.activation = stored.a ?? 0;
    this.done = stored.d === 1;
    if (stored.v !== undefined) this.values = stored.v;
    this.#storedChunks = stored.n ?? 0;
    for (let i = 0; i < this.#storedChunks; i++) {
      const chunk = chunkOf(this.#chunkKey(i));
      if (chunk !== undefined) this.members.decodeChunk(chunk);
    }
  }
}

function firstValues(trigger: CompiledTrigger): Record<string, unknown> {
  const { context } = trigger.definition;
  return context === undefined ? {} : structuredClone(context as Record<string, unknown>);
}

function hasOwnMember(values: object): boolean {
  for (const _ in values) return true;
  return false;
}
