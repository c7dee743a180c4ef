import { compileDefinition } from '../compilers/index.ts';
import { type CompiledWorkflow, compileWorkflow } from '../engine/index.ts';
import { TidegateError } from '../model/errors.ts';
import type { Limits } from '../model/limits.ts';
import { type ArnScope, DEFAULT_ARN_SCOPE } from '../model/step-functions-arns.ts';
import type { StateStore, StoredWorkflow } from '../stores/state-store.ts';

/** The compiled versions this process has met. Versions are immutable, so only "the newest" can go out of date. */
export class Definitions {
  readonly #store: StateStore;
  readonly #limits: Limits;
  readonly #arns: ArnScope;
  readonly #versions = new Map<string, CompiledWorkflow>();
  readonly #newest = new Map<string, CompiledWorkflow | null>();
  /** As `newest` last answered, also once that is no longer sure to be so. */
  readonly #answered = new Map<string, CompiledWorkflow>();
  /** How often anything was forgotten. */
  #forgotten = 0;
  /** Those in `#newest` that are null. */
  readonly #missing = new Set<string>();
  /** Stored versions that do not compile (an older release took them): to their runs it is as if they were not there. */
  readonly #faults = new Map<string, TidegateError>();

  constructor(store: StateStore, limits: Limits, arns: ArnScope = DEFAULT_ARN_SCOPE) {
    this.#arns = arns;
    this.#store = store;
    this.#limits = limits;
  }

  /** What is at hand without asking the store. */
  peek(name: string, version: number): CompiledWorkflow | undefined {
    return this.#versions.get(`${name}@${version}`);
  }
  /** `null`: the workflow is known not to exist; `undefined`: not asked yet. */
  peekNewest(name: string): CompiledWorkflow | null | undefined {
    return this.#newest.get(name);
  }
  /**
   * What `newest` last answered. Another process may have stored a newer version since; a batch that has asked goes on with
   * the answer, or an event whose run it makes would find no definition.
   */
  lastNewest(name: string): CompiledWorkflow | undefined {
    return this.#answered.get(name);
  }

  /** Why a version that was asked for is not usable though it is stored; without a version: the newest one. */
  faultOf(name: string, version?: number): TidegateError | undefined {
    return this.#faults.get(version === undefined ? name : `${name}@${version}`);
  }

  async get(name: string, version: number): Promise<CompiledWorkflow | undefined> {
    const known = this.peek(name, version);
    if (known !== undefined) return known;
    const stored = await this.#store.getWorkflow(name, version);
    return stored === undefined ? undefined : this.#keep(stored);
  }

  async newest(name: string): Promise<CompiledWorkflow | undefined> {
    const known = this.#newest.get(name);
    if (known !== undefined) return known ?? undefined;
    const asked = this.#forgotten;
    const stored = await this.#store.getWorkflow(name);
    const compiled = (stored && this.#keep(stored)) ?? null;
    if (compiled === null) this.#answered.delete(name);
    else this.#answered.set(name, compiled);
    // What was forgotten meanwhile may be what this answer says.
    if (asked !== this.#forgotten) return compiled ?? undefined;
    this.#newest.set(name, compiled);
    if (compiled === null) this.#missing.add(name);
    const fault = stored && this.faultOf(name, stored.version);
    if (fault !== undefined) this.#faults.set(name, fault);
    return compiled ?? undefined;
  }

  /** All workflows' newest versions, for events that name none. */
  async all(): Promise<CompiledWorkflow[]> {
    const found: CompiledWorkflow[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.#store.listWorkflows({ limit: 1000, ...(cursor !== undefined && { cursor }) });
      for (const stored of page.items) {
        const compiled = this.#keep(stored);
        if (compiled !== undefined) found.push(compiled);
      }
      cursor = page.cursor;
    } while (cursor !== undefined);
    return found;
  }

  /** Called when a version was stored or the workflow deleted. */
  forget(name: string, deleted = false): void {
    this.#forgotten++;
    this.#newest.delete(name);
    this.#missing.delete(name);
    this.#faults.delete(name);
    if (!deleted) return;
    this.#answered.delete(name);
    for (const key of this.#versions.keys()) if (key.startsWith(`${name}@`)) this.#versions.delete(key);
  }

  /** Forgets which workflows do not exist: one may have been stored since. */
  forgetMissing(): void {
    for (const name of this.#missing) this.forget(name);
  }
  /** Forgets which versions are the newest: other processes may have stored newer ones. */
  forgetNewest(): void {
    this.#forgotten++;
    for (const name of [...this.#newest.keys()]) this.forget(name);
  }

  #keep(stored: StoredWorkflow): CompiledWorkflow | undefined {
    const key = `${stored.name}@${stored.version}`;
    const known = this.#versions.get(key);
    if (known !== undefined || this.#faults.has(key)) return known;
    try {
      const compiled = this.#compile(stored);
      this.#versions.set(key, compiled);
      return compiled;
    } catch (error) {
      // Whatever it is: to be stopped by a definition would stop the whole partition.
      const { message, details } = error as TidegateError;
      const why = `workflow ${key} no longer compiles: ${message}`;
      this.#faults.set(
        key,
        new TidegateError('INVALID_DEFINITION', why, { cause: error, ...(details && { details }) }),
      );
      return undefined;
    }
  }

  #compile({ name, version, format, definition }: StoredWorkflow): CompiledWorkflow {
    const limits = this.#limits;
    const { triggers, diagnostics } = compileDefinition(format, definition, { limits });
    if (triggers !== undefined) return compileWorkflow(name, version, triggers, limits, this.#arns);
    throw new TidegateError('INVALID_DEFINITION', diagnostics[0]?.message ?? '', {
      details: { diagnostics },
    });
  }
}
