import {
  beginRedrive,
  breakRun,
  COMMAND_PREFIX,
  COMMANDS,
  type CompiledWorkflow,
  emptyOutbox,
  type Input,
  type Outbox,
  type RunParent,
  RunState,
  recordRedrive,
  step,
} from '../engine/index.ts';
import type { CloudEvent } from '../model/cloud-event.ts';
import type { ErrorCode } from '../model/errors.ts';
import { isEnded, type RunStatus, runKeyOf, STANDING_RUN, splitRunKey } from '../model/run.ts';
import type { DeadLetter } from '../stores/state-store.ts';
import type { Arrival } from './arrivals.ts';
import { BatchTrace } from './batch-trace.ts';
import { deadLetterOf } from './dead-letters.ts';
import { type DedupeWindow, type EventHash, HASH_SEED, hashText } from './dedupe-window.ts';
import type { Held, HeldRuns } from './held-runs.ts';
import { count } from './partition-metrics.ts';
import type { CommandReply, PartitionDependencies } from './partition-ports.ts';
import { runFor } from './router.ts';

/** An input that does not come from the log: a completion, a timer, or left-over work. */
export interface LocalInput {
  readonly key: string;
  readonly input: Input;
}

/** Data of the start command. */
interface Start {
  readonly version?: number;
  readonly input?: unknown;
  readonly labels?: Readonly<Record<string, string>>;
  readonly parent?: RunParent;
}

/** A failure of the engine inside a step: names the input that is put aside when the batch is done again. */
export class PoisonedInput extends Error {
  readonly identity: string;
  constructor(identity: string, cause: unknown) {
    super(`input ${identity} made the engine fail`, { cause });
    this.name = 'PoisonedInput';
    this.identity = identity;
  }
}

/** What identifies an event to the set of poisoned inputs. */
export function eventIdentity(offset: number): string {
  return `event ${offset}`;
}

/**
 * Steps one batch: synchronous, everything it needs is in memory. Each input goes to its run, or where it can't, becomes
 * a dead letter; what is decided gathers in `out`.
 */
export class Batch {
  readonly #deps: PartitionDependencies;
  readonly #runs: HeldRuns;
  readonly #dedupe: DedupeWindow;
  readonly #poisoned: ReadonlySet<string>;
  /** Runs rebuilt for redrive commands of this batch, by run and command. */
  readonly #redriven = new Map<string, RunState | undefined>();
  out: Outbox = emptyOutbox();
  deadLetters: DeadLetter[] = [];
  /** Spans of the batch; undefined as long as none of its events is traced. */
  trace: BatchTrace | undefined;
  /** milliseconds of the epoch */
  #now = 0;
  readonly #hash: EventHash = { a: 0, b: 0 };
  #hashedFor: Held | undefined;
  #hashedSource = '';
  readonly #sourceHash: EventHash = { a: 0, b: 0 };

  constructor(
    deps: PartitionDependencies,
    runs: HeldRuns,
    dedupe: DedupeWindow,
    poisoned: ReadonlySet<string>,
  ) {
    this.#deps = deps;
    this.#runs = runs;
    this.#dedupe = dedupe;
    this.#poisoned = poisoned;
  }

  begin(now: number): void {
    this.#now = now;
    this.out = emptyOutbox();
    this.deadLetters = [];
    this.trace = undefined;
  }

  /** Gives what the redrive command in this batch needs: the run as rebuilt, or undefined where it can't be. */
  offerRebuilt(key: string, command: CloudEvent, rebuilt: RunState | undefined): void {
    this.#redriven.set(redriveKey(key, command), rebuilt);
  }

  /** Everything of the batch was stepped. */
  end(): void {
    this.#redriven.clear();
  }

  stepLocal({ key, input }: LocalInput): void {
    const held = this.#runs.get(key);
    if (held === undefined || held.deleted) return;
    if (this.#poisoned.size > 0 && this.#poisoned.has(localIdentity(key, input)))
      this.#breakRun(held, localIdentity(key, input));
    else this.#step(held, input, undefined);
  }

  stepArrival(arrival: Arrival): void {
    const { event, key, fault } = arrival;
    const { metrics } = this.#deps;
    metrics.events++;
    if (fault !== undefined) {
      this.#putAside(arrival, fault.code, fault.message);
      return;
    }
    if (event === undefined || key === undefined) return;
    if (this.#poisoned.size > 0 && this.#poisoned.has(eventIdentity(arrival.offset))) {
      this.#putAside(arrival, 'POISONOUS_EVENT', 'the event made the engine fail');
      return;
    }
    const found = this.#runs.get(key);
    if (!this.#isNew(found, key, event)) {
      metrics.duplicates++;
      return;
    }
    if (event.traceparent !== undefined)
      this.trace = BatchTrace.with(this.trace, event, key, this.#deps.partition);
    const held = found === undefined || found.deleted ? undefined : found;
    const unreadable = held === undefined ? this.#runs.faultOf(key) : undefined;
    if (unreadable !== undefined) {
      this.#putAside(arrival, unreadable.code, unreadable.message);
      if (event.type.startsWith(COMMAND_PREFIX)) this.#refuse(event, unreadable.code, unreadable.message);
      return;
    }
    if (event.type.startsWith(COMMAND_PREFIX)) {
      this.#command(held, key, event, arrival);
      return;
    }
    const target = held ?? this.#runMadeBy(event, key, arrival);
    if (target === undefined) this.#putAside(arrival, 'EVENT_FOR_UNKNOWN_RUN', `there is no run "${key}"`);
    else if (held === undefined && target.run.ended) {
      // It began the run, and the run was over at once: the event is its input.
      return;
    } else if (target.run.ended) {
      this.#putAside(arrival, 'EVENT_FOR_ENDED_RUN', `run "${key}" has ended: ${target.run.status}`);
    } else this.#step(target, { kind: 'event', event }, arrival);
  }

  #isNew(held: Held | undefined, key: string, { source, id }: CloudEvent): boolean {
    const hash = this.#hash;
    if (held === undefined) {
      hashText(key, HASH_SEED, hash);
      hashText(source, hash, hash);
    } else {
      if (held !== this.#hashedFor || source !== this.#hashedSource) {
        hashText(source, held, this.#sourceHash);
        this.#hashedFor = held;
        this.#hashedSource = source;
      }
      hash.a = this.#sourceHash.a;
      hash.b = this.#sourceHash.b;
    }
    hashText(id, hash, hash);
    return this.#dedupe.add(hash);
  }

  #step(held: Held, input: Input, arrival: Arrival | undefined): void {
    this.#runs.touch(held);
    const before = held.run.status;
    try {
      step(held.workflow, held.run, input, this.#now, this.out);
    } catch (error) {
      const identity =
        arrival === undefined ? localIdentity(held.run.key, input) : eventIdentity(arrival.offset);
      throw new PoisonedInput(identity, error);
    }
    if (held.run.status !== before) this.#countStatus(held.run.status);
  }

  #countStatus(status: RunStatus): void {
    const { metrics } = this.#deps;
    if (status === 'STALLED') metrics.runsStalled++;
    if (!isEnded(status)) return;
    metrics.runsEnded++;
    count(metrics.endedAs, status);
  }

  /** An input that is no event of the log cannot be put aside: its run fails. */
  #breakRun(held: Held, identity: string): void {
    const { run, workflow } = held;
    this.#runs.touch(held);
    const before = run.status;
    breakRun(workflow, run, `${identity} made the engine fail`, this.#now, this.out);
    if (run.status !== before) this.#countStatus(run.status);
  }

  /** Standing and correlated runs, and those of a start subscription, begin with their first event. */
  #runMadeBy(event: CloudEvent, key: string, arrival: Arrival): Held | undefined {
    const { workflow: name, run } = splitRunKey(key);
    const workflow = this.#deps.definitions.lastNewest(name);
    if (workflow === undefined) return undefined;
    const standing = workflow.runMode === 'standing' && run === STANDING_RUN;
    if (!standing && runFor(workflow, event) !== run) return undefined;
    const input = workflow.runMode === 'started' ? (event.data ?? null) : null;
    return this.#begin(workflow, key, { input }, undefined, arrival);
  }

  #begin(
    workflow: CompiledWorkflow,
    key: string,
    start: Start,
    command: CloudEvent | undefined,
    arrival: Arrival,
  ): Held {
    const run = new RunState(key, workflow.version, {
      input: start.input ?? null,
      at: this.#now,
      ...(start.labels && { labels: start.labels }),
      ...(start.parent && { parent: start.parent }),
    });
    run.headDirty = true;
    const held = this.#runs.keep(run, workflow);
    this.#deps.metrics.runsStarted++;
    const event = command ?? {
      specversion: '1.0',
      id: `start:${key}`,
      source: '/tidegate',
      type: COMMANDS.start,
    };
    this.#step(held, { kind: 'command', event }, arrival);
    return held;
  }

  /** Commands that concern the run as a whole are applied here, the others by the engine. */
  #command(held: Held | undefined, key: string, event: CloudEvent, arrival: Arrival): void {
    if (event.type === COMMANDS.start) this.#start(held, key, event, arrival);
    else if (held === undefined) {
      const made =
        event.type === COMMANDS.replay ? this.#runMadeBy(replayed(event), key, arrival) : undefined;
      if (made === undefined) this.#refuse(event, 'RUN_NOT_FOUND', `there is no run "${key}"`);
      else this.#step(made, { kind: 'command', event }, arrival);
    } else if (event.type === COMMANDS.delete) this.#delete(held, event);
    else if (event.type === COMMANDS.redrive) this.#redrive(held, event);
    else {
      const { version } = (event.data ?? {}) as Start;
      if (event.type === COMMANDS.adopt && version !== undefined && !held.run.ended) {
        held.workflow = this.#deps.definitions.peek(held.workflow.name, version) ?? held.workflow;
      }
      this.#step(held, { kind: 'command', event }, arrival);
    }
  }

  #start(held: Held | undefined, key: string, event: CloudEvent, arrival: Arrival): void {
    const start = (event.data ?? {}) as Start;
    if (held !== undefined) {
      if (sameInput(held.run, start.input)) this.#reply(event, { existed: true });
      else this.#refuse(event, 'RUN_EXISTS', `run "${key}" exists with another input`);
      return;
    }
    const { definitions } = this.#deps;
    const name = splitRunKey(key).workflow;
    const { version } = start;
    const workflow = version === undefined ? definitions.lastNewest(name) : definitions.peek(name, version);
    if (workflow !== undefined) {
      this.#begin(workflow, key, start, event, arrival);
      return;
    }
    const message =
      definitions.faultOf(name, version)?.message ??
      `there is no version ${version ?? '(newest)'} of workflow "${name}"`;
    this.#refuse(event, 'VERSION_NOT_FOUND', message);
    this.#putAside(arrival, 'EVENT_FOR_UNKNOWN_WORKFLOW', message);
  }

  #delete(held: Held, event: CloudEvent): void {
    if (!held.run.ended) {
      this.#refuse(event, 'WORKFLOW_IN_USE', `run "${held.run.key}" has not ended`);
      return;
    }
    held.deleted = true;
    this.#runs.touch(held);
    this.#reply(event, {});
  }

  #redrive(held: Held, event: CloudEvent): void {
    const rebuilt = this.#redriven.get(redriveKey(held.run.key, event));
    if (rebuilt === undefined) {
      const message = `run "${held.run.key}" is ${held.run.status}, or its history is not whole`;
      this.#refuse(event, 'RUN_NOT_REDRIVABLE', message);
      return;
    }
    this.#deps.metrics.runsRedriven++;
    const fresh = this.#runs.keep(rebuilt, held.workflow);
    beginRedrive(held.workflow, rebuilt, this.#now);
    recordRedrive(held.workflow, rebuilt, event, this.#now);
    this.out.effects.push(...(rebuilt.effects?.values() ?? []));
    for (const { id, at } of rebuilt.timers?.values() ?? [])
      this.out.timers.push({ run: rebuilt.key, id, at });
    this.#reply(event, {});
    this.#step(fresh, { kind: 'continue' }, undefined);
  }

  #reply(event: CloudEvent, reply: CommandReply): void {
    this.out.replies.push({ command: event.id, run: runKeyOf(event.workflow!, event.run!), ...reply });
  }
  #refuse(event: CloudEvent, code: ErrorCode, message: string): void {
    this.#reply(event, { error: { code, message } });
  }

  #putAside({ key, event, text }: Arrival, reason: string, message: string): void {
    const { partition, limits } = this.#deps;
    this.deadLetters.push(
      deadLetterOf(partition, this.#now, {
        reason,
        message,
        ...(key !== undefined && { run: key }),
        ...(event !== undefined && { event }),
        text: text.slice(0, limits.eventBytes),
      }),
    );
  }
}

/** Ids of events are unique within their run and source only. */
function redriveKey(key: string, { source, id }: CloudEvent): string {
  return `${key}\n${source}\n${id}`;
}

function localIdentity(key: string, input: Input): string {
  if (input.kind === 'completion') return `effect ${input.completion.effect}`;
  return input.kind === 'timer' ? `timer ${key} ${input.id}` : `rest of ${key}`;
}

function sameInput(run: RunState, input: unknown): boolean {
  return JSON.stringify(run.input ?? null) === JSON.stringify(input ?? null);
}

/** The event inside a replay command. */
function replayed(command: CloudEvent): CloudEvent {
  return (command.data as { event: CloudEvent }).event;
}
