import {
  COMMANDS,
  type CompiledWorkflow,
  compileWorkflow,
  decodeBody,
  drainRun,
  emptyOutbox,
  type Input,
  loadRun,
  RunState,
  step,
} from '../../src/engine/index.ts';
import type { CloudEvent } from '../../src/model/cloud-event.ts';
import type { TriggersDefinition } from '../../src/model/documents.ts';
import type { Completion, Effect, EffectFailure } from '../../src/model/effect.ts';
import { LIMITS, type Limits } from '../../src/model/limits.ts';

/** What an attempt comes to: a result, or a failure. */
export type Behaviour = (effect: Effect) => { result: unknown } | { failure: Partial<EffectFailure> };

export interface DriveOptions {
  readonly limits?: Partial<Limits>;
  readonly input?: unknown;
  readonly behaviour?: Behaviour;
  /** Which of `count` pending effects completes next; default the oldest. */
  readonly choose?: (count: number) => number;
  /** Told after each input; used to store and load the run in between. */
  readonly between?: (driver: Driver) => void;
}

export const START = Date.parse('2026-01-01T00:00:00Z');

/** Runs one run in memory: performs what it asks for, in any order, with a clock of its own. */
export class Driver {
  readonly workflow: CompiledWorkflow;
  readonly events: CloudEvent[] = [];
  readonly effects: Effect[] = [];
  readonly history: string[] = [];
  readonly out = {
    ...emptyOutbox(),
    tap: (_run: RunState, event: CloudEvent) => void this.events.push(event),
  };
  run: RunState;
  now = START;
  #commands = 0;
  readonly #options: DriveOptions;
  readonly #cells = new Map<string, string>();
  #head: ReturnType<typeof drainRun>['head'];

  constructor(definition: TriggersDefinition | CompiledWorkflow, options: DriveOptions = {}) {
    this.workflow =
      'index' in definition
        ? definition
        : compileWorkflow('w', 1, definition, { ...LIMITS, ...options.limits });
    this.#options = options;
    this.run = new RunState('w/r', 1, { input: options.input ?? null, at: START });
    this.run.headDirty = true;
  }

  give(input: Input): void {
    step(this.workflow, this.run, input, this.now, this.out);
    this.effects.push(...this.out.effects.splice(0));
    this.#options.between?.(this);
  }
  command(type: string, data: unknown = {}): void {
    const id = `command-${++this.#commands}`;
    this.give({ kind: 'command', event: { specversion: '1.0', id, source: '/test', type, data } });
  }
  start(): this {
    this.command(COMMANDS.start);
    return this;
  }
  event(type: string, subject?: string, more: Partial<CloudEvent> = {}): void {
    const id = `event-${++this.#commands}`;
    const event = {
      specversion: '1.0',
      id,
      source: '/test',
      type,
      ...(subject && { subject }),
      ...more,
    } as const;
    this.give({ kind: 'event', event });
  }

  get pending(): Effect[] {
    return [...(this.run.effects?.values() ?? [])];
  }
  complete(effect: Effect | string, result: unknown = null): void {
    const id = typeof effect === 'string' ? effect : effect.id;
    this.give({ kind: 'completion', completion: { effect: id, outcome: 'succeeded', result } });
  }
  fail(effect: Effect | string, failure: Partial<EffectFailure> = {}): void {
    const id = typeof effect === 'string' ? effect : effect.id;
    const full = { code: 'BOOM', message: 'boom', retryable: true, ...failure };
    this.give({ kind: 'completion', completion: { effect: id, outcome: 'failed', failure: full } });
  }
  /** Fires the timer that is due first. */
  tick(): boolean {
    const timers = [...(this.run.timers?.values() ?? [])].filter(({ kind }) => kind !== 'continue');
    const [first] = timers.toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
    if (first === undefined) return false;
    this.now = Math.max(this.now, first.at);
    this.give({ kind: 'timer', id: first.id, at: first.at });
    return true;
  }

  /** Performs effects and fires timers until nothing moves any more. */
  finish(): this {
    for (let inputs = 0; inputs < 100_000; inputs++) {
      if (this.run.hasWork) {
        this.give({ kind: 'continue' });
        continue;
      }
      const pending = this.pending;
      if (pending.length > 0) {
        const chosen = pending[this.#options.choose?.(pending.length) ?? 0]!;
        this.give({ kind: 'completion', completion: this.#perform(chosen) });
      } else if (this.run.ended || !this.tick()) return this;
    }
    throw new Error('the run does not end');
  }

  #perform(effect: Effect): Completion {
    const answer = this.#options.behaviour?.(effect) ?? { result: null };
    if ('result' in answer) return { effect: effect.id, outcome: 'succeeded', result: answer.result };
    const failure = { code: 'BOOM', message: 'boom', retryable: false, ...answer.failure };
    return { effect: effect.id, outcome: 'failed', failure };
  }

  /** Writes what changed to the cells of a store in memory. */
  save(): void {
    const change = drainRun(this.run);
    if (change.ended) this.#cells.clear();
    for (const [key, value] of change.cells) {
      if (value === null) this.#cells.delete(key);
      else this.#cells.set(key, value);
    }
    if (change.head !== undefined) this.#head = change.head;
    this.history.push(...(change.history ?? []));
  }
  /** Forgets the run and makes it again from what was written. */
  reload(): void {
    this.save();
    this.run = loadRun(this.workflow, { head: this.#head!, cells: [...this.#cells] });
  }
  get stored(): ReadonlyMap<string, string> {
    return this.#cells;
  }
  get result() {
    const { status, output, error, cause } = this.run;
    return { status, output, error, cause };
  }
}

export { decodeBody };
