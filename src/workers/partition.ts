import {
  COMMAND_PREFIX,
  COMMANDS,
  CONTINUE_TIMER,
  type CompiledWorkflow,
  drainRun,
  emptyOutbox,
  type Input,
  loadRun,
  type Outbox,
  RUN_TIMER,
  type RunParent,
  RunState,
  step,
  type Timer,
} from '../engine/index.ts';
import type { EventLog, PartitionReader } from '../logs/event-log.ts';
import type { CloudEvent } from '../model/cloud-event.ts';
import { parseEvent } from '../model/cloud-event-codec.ts';
import type { Completion, Effect } from '../model/effect.ts';
import { type ErrorCode, TidegateError } from '../model/errors.ts';
import type { Limits } from '../model/limits.ts';
import { partitionOf } from '../model/partition.ts';
import { runKeyOf, splitRunKey } from '../model/run.ts';
import type { DeadLetter, Owner, RunChange, StateStore, StoredRun } from '../stores/state-store.ts';
import { CheckpointWriter } from './checkpoint-writer.ts';
import type { Clock } from './clock.ts';
import { deadLetterOf } from './dead-letters.ts';
import { DedupeWindow, type EventHash, HASH_SEED, hashText } from './dedupe-window.ts';
import type { Definitions } from './definitions.ts';
import type { Dispatcher } from './dispatcher.ts';
import { rebuildForRedrive } from './redrive.ts';
import { keyOf, routesOf, runFor } from './router.ts';
import { TimerQueue } from './timer-queue.ts';

/** What became of a command. `existed`: a start found the run there already, with the same input. */
export interface CommandReply {
  readonly error?: { readonly code: ErrorCode; readonly message: string };
  readonly existed?: boolean;
}

/** What a partition tells the process it runs in; all of it after the checkpoint that made it true. */
export interface PartitionObserver {
  /** A command was applied, or could not be. */
  replied(command: string, reply: CommandReply): void;
  /** True when somebody watches runs, so that notices are worth making. */
  readonly watching: boolean;
  changed(run: RunState): void;
  delivered(run: string, event: CloudEvent): void;
  effectStarted(effect: Effect): void;
}

export interface PartitionDependencies {
  readonly partition: number;
  readonly log: EventLog;
  readonly store: StateStore;
  readonly definitions: Definitions;
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly observer: PartitionObserver;
  readonly metrics: PartitionMetrics;
  /** Records of one batch at the most. */
  readonly batchRecords: number;
  /** Runs kept in memory at the most, beyond those under way. */
  readonly heldRuns: number;
  /** Called once the takeover is done. */
  onTaken?(): void;
}

/** Counted since the process started. */
export interface PartitionMetrics {
  events: number;
  duplicates: number;
  checkpoints: number;
  deadLetters: number;
  runsStarted: number;
  runsEnded: number;
  position: number;
  timers: number;
  held: number;
}

/** A run in memory with what the loop needs to know of it. */
interface Held {
  readonly run: RunState;
  workflow: CompiledWorkflow;
  /** Start of the hashes of its events. */
  readonly hash: EventHash;
  /** Number of the last checkpoint that wrote it. */
  writtenIn: number;
  touched: boolean;
  deleted: boolean;
}

/** A record of the batch, parsed and routed. */
interface Arrival {
  readonly offset: number;
  readonly text: string;
  /** Undefined: it could not be parsed, or belongs to nobody; `fault` says why. */
  readonly key: string | undefined;
  readonly event: CloudEvent | undefined;
  readonly fault: TidegateError | undefined;
}

/** Data of the start command. */
interface Start {
  readonly version?: number;
  readonly input?: unknown;
  readonly labels?: Readonly<Record<string, string>>;
  readonly parent?: RunParent;
}

interface LocalInput {
  readonly key: string;
  readonly input: Input;
}

/** A failure inside a step: names the input to put aside when the batch is done again. */
class PoisonedInput extends Error {
  readonly identity: string;
  constructor(identity: string, cause: unknown) {
    super(`input ${identity} made the engine fail`, { cause });
    this.identity = identity;
  }
}

/**
 * The loop of one owned partition: takes a batch, loads the runs it lacks in one round trip, steps event by event, and
 * hands everything that changed to one checkpoint; effects go out when that is acknowledged. The next batch is stepped
 * while the last is being written.
 */
export class Partition {
  readonly #deps: PartitionDependencies;
  readonly #held = new Map<string, Held>();
  readonly #inbox: LocalInput[] = [];
  readonly #timers = new TimerQueue();
  /** Inputs that made the engine fail; they become dead letters. Kept over a reload. */
  readonly #poisoned: Set<string>;
  #dedupe: DedupeWindow;
  #reader: PartitionReader | undefined;
  #writer: CheckpointWriter | undefined;
  #position = 0;
  /** Timers that were overdue at the takeover wait until the log was read up to here. */
  #timersFrom = 0;
  #careful = false;
  #suspect: number | undefined;
  #touched: Held[] = [];
  #out: Outbox = emptyOutbox();
  #extraDeadLetters: DeadLetter[] = [];
  #wake: (() => void) | undefined;
  #logReady = true;
  #stopping = false;
  #draining = false;
  #cancelWait: (() => void) | undefined;

  constructor(deps: PartitionDependencies, poisoned: Set<string>) {
    this.#deps = deps;
    this.#poisoned = poisoned;
    this.#dedupe = new DedupeWindow(deps.limits.dedupeMarks);
  }

  /** Takes over and loops until stopped. Rejects when ownership was lost or the partition must be loaded anew. */
  async run(owner: Owner): Promise<void> {
    try {
      await this.#takeOver(owner);
      while (!this.#stopping) {
        if (!(await this.#turn())) await this.#idle();
      }
      await this.#writer!.flushed();
    } finally {
      this.#reader?.close();
      this.#stopping = true;
    }
  }

  /** Reads no more events, finishes what is under way. */
  drain(): void {
    this.#draining = true;
    this.#notify();
  }
  stop(): void {
    this.#stopping = true;
    this.#notify();
  }

  /** Everything stepped is written and nothing waits. */
  get quiet(): boolean {
    return this.#inbox.length === 0 && (this.#writer?.idle ?? true);
  }

  complete(key: string, completion: Completion): void {
    if (this.#stopping) return;
    this.#inbox.push({ key, input: { kind: 'completion', completion } });
    this.#notify();
  }

  async #takeOver(owner: Owner): Promise<void> {
    const { store, log, partition, metrics } = this.#deps;
    const state = await store.acquire(partition, owner);
    this.#position = state.position;
    metrics.position = state.position;
    for (const block of state.dedupe) this.#dedupe.load(block);
    this.#timersFrom = await log.head(partition);
    this.#careful = state.takeovers >= TAKEOVERS_BEFORE_CARE;
    this.#suspect = state.suspect;
    if (this.#careful && state.suspect !== undefined) this.#poisoned.add(`event ${state.suspect}`);
    this.#writer = new CheckpointWriter(store, this.#deps.clock, partition, owner, state.checkpoint, () =>
      this.#notify(),
    );
    const effects: Effect[] = [];
    for (const { run, cell, value } of state.pending) {
      if (cell.startsWith('t')) {
        const timer = JSON.parse(value) as Timer;
        this.#timers.set(timerKey(run, timer.id), timer.at);
      } else {
        const effect = JSON.parse(value) as Effect;
        if (!effect.dispatched) effects.push(effect);
      }
    }
    this.#reader = await log.open(partition, this.#position, () => {
      this.#logReady = true;
      this.#notify();
    });
    for (const effect of effects) this.#perform(effect);
    this.#deps.onTaken?.();
  }

  /** One batch. False when there was nothing to do. */
  async #turn(): Promise<boolean> {
    this.#writer!.throwIfFailed();
    const { clock, batchRecords, store, partition } = this.#deps;
    const now = clock.now();
    const records =
      this.#logReady && !this.#draining ? this.#reader!.take(this.#careful ? 1 : batchRecords) : [];
    if (records.length === 0) this.#logReady = false;
    const locals = this.#takeLocals(now);
    if (records.length === 0 && locals.length === 0) return false;
    if (this.#careful && records.length > 0 && this.#suspect !== records[0]!.offset) {
      await store.markSuspect(partition, this.#writer!.owner, records[0]!.offset);
      this.#suspect = records[0]!.offset;
    }
    const arrivals = await this.#prepare(records, locals);
    this.#out = emptyOutbox();
    const { observer } = this.#deps;
    if (observer.watching) this.#out.tap = (run, event) => this.#tapped.push([run.key, event]);
    for (const { key, input } of locals) this.#stepLocal(key, input, now);
    for (const arrival of arrivals) this.#stepArrival(arrival, now);
    if (records.length > 0) this.#position = records.at(-1)!.offset + 1;
    await this.#checkpoint(now);
    return true;
  }
  #tapped: [string, CloudEvent][] = [];

  #takeLocals(now: number): LocalInput[] {
    const locals = this.#inbox.splice(0, this.#deps.batchRecords);
    if (this.#position < this.#timersFrom && !this.#draining) return locals;
    for (let i = 0; i < this.#deps.batchRecords; i++) {
      const due = this.#timers.takeDue(now);
      if (due === undefined) break;
      const { run, id } = splitTimerKey(due.key);
      locals.push({
        key: run,
        input: id === CONTINUE_TIMER ? { kind: 'continue' } : { kind: 'timer', id, at: due.at },
      });
    }
    return locals;
  }

  /** Parses and routes the records, and brings the runs and definitions they need into memory in one round trip. */
  async #prepare(
    records: readonly { offset: number; value: string }[],
    locals: readonly LocalInput[],
  ): Promise<Arrival[]> {
    const arrivals: Arrival[] = [];
    const missing = new Set<string>();
    for (const { key } of locals) if (!this.#held.has(key)) missing.add(key);
    for (const record of records) {
      let arrival = this.#parse(record);
      if (arrival.key === undefined && arrival.event !== undefined && arrival.fault === undefined) {
        const [own, ...others] = await this.#route(record, arrival.event);
        arrivals.push(...others);
        arrival = own!;
      }
      if (arrival.key !== undefined && !this.#held.has(arrival.key)) missing.add(arrival.key);
      arrivals.push(arrival);
    }
    if (missing.size > 0) await this.#load([...missing]);
    for (const arrival of arrivals)
      if (arrival.event !== undefined) await this.#prepareCommand(arrival.event, arrival.key);
    return arrivals;
  }

  #parse({ offset, value }: { offset: number; value: string }): Arrival {
    try {
      const event = parseEvent(value, this.#deps.limits);
      return { offset, text: value, event, key: this.#knownKey(event), fault: undefined };
    } catch (error) {
      if (!(error instanceof TidegateError)) throw error;
      return { offset, text: value, event: undefined, key: undefined, fault: error };
    }
  }

  /** The run's key where no look-up is needed. */
  #knownKey(event: CloudEvent): string | undefined {
    const { workflow, run } = event;
    if (workflow === undefined) return undefined;
    if (run !== undefined) {
      const key = runKeyOf(workflow, run);
      return this.#held.has(key) || this.#isOwn(key) ? key : undefined;
    }
    const newest = this.#deps.definitions.peekNewest(workflow);
    const found = newest === undefined || newest === null ? undefined : runFor(newest, event);
    if (found === undefined) return undefined;
    const key = runKeyOf(workflow, found);
    return this.#held.has(key) || this.#isOwn(key) ? key : undefined;
  }
  #isOwn(key: string): boolean {
    return partitionOf(key, this.#deps.log.partitions) === this.#deps.partition;
  }

  /** Finds the runs of an event that needs looking up; those of other partitions are published there first. */
  async #route(record: { offset: number; value: string }, event: CloudEvent): Promise<Arrival[]> {
    const { definitions, log, partition } = this.#deps;
    const routes = await routesOf(event, definitions);
    const arrivals: Arrival[] = [];
    for (const route of routes) {
      const key = keyOf(route);
      const target = partitionOf(key, log.partitions);
      const addressed = { ...event, workflow: route.workflow, run: route.run };
      if (target === partition) {
        arrivals.push({ offset: record.offset, text: record.value, event: addressed, key, fault: undefined });
      } else {
        await log.append(target, [JSON.stringify(addressed)]);
      }
    }
    if (arrivals.length > 0) return arrivals;
    const fault = routes.length > 0 ? undefined : await this.#whyNobody(event);
    return [
      { offset: record.offset, text: record.value, event: fault ? event : undefined, key: undefined, fault },
    ];
  }

  async #whyNobody(event: CloudEvent): Promise<TidegateError> {
    const { definitions } = this.#deps;
    if (event.workflow !== undefined && (await definitions.newest(event.workflow)) === undefined) {
      return new TidegateError('EVENT_FOR_UNKNOWN_WORKFLOW', `there is no workflow "${event.workflow}"`);
    }
    return new TidegateError(
      'EVENT_WITHOUT_RUN',
      event.workflow === undefined
        ? `no workflow subscribes to events of type ${event.type}`
        : `the event names no run, and workflow "${event.workflow}" finds none for it`,
    );
  }

  async #load(keys: readonly string[]): Promise<void> {
    const { store, partition, definitions } = this.#deps;
    const stored = await store.loadRuns(partition, keys);
    for (let i = 0; i < keys.length; i++) {
      const found = stored[i];
      if (found !== undefined) await this.#hold(keys[i]!, found);
      // A run that may be made by this batch: its definition must be at hand when the event is stepped.
      else await definitions.newest(splitRunKey(keys[i]!).workflow);
    }
  }

  async #hold(key: string, stored: StoredRun): Promise<Held | undefined> {
    const { workflow: name } = splitRunKey(key);
    const workflow = await this.#deps.definitions.get(name, stored.head.version);
    if (workflow === undefined) return undefined;
    return this.#keep(loadRun(workflow, stored), workflow);
  }

  #keep(run: RunState, workflow: CompiledWorkflow): Held {
    const hash = { a: 0, b: 0 };
    hashText(run.key, HASH_SEED, hash);
    const held: Held = { run, workflow, hash, writtenIn: 0, touched: false, deleted: false };
    this.#held.set(run.key, held);
    return held;
  }

  /** Some commands need more than the run: a version, or the history. */
  async #prepareCommand(event: CloudEvent, key: string | undefined): Promise<void> {
    if (key === undefined || !event.type.startsWith(COMMAND_PREFIX)) return;
    const { definitions, store } = this.#deps;
    const { version } = (event.data ?? {}) as { version?: number };
    const { workflow } = splitRunKey(key);
    if ((event.type === COMMANDS.start || event.type === COMMANDS.adopt) && version !== undefined) {
      await definitions.get(workflow, version);
    }
    if (event.type === COMMANDS.redrive && this.#held.get(key)?.run.ended) {
      await this.#writer!.flushed();
      const rebuilt = await rebuildForRedrive(store, this.#held.get(key)!.run, this.#held.get(key)!.workflow);
      this.#redriven.set(event.id, rebuilt);
    }
  }
  readonly #redriven = new Map<string, RunState | undefined>();

  #stepLocal(key: string, input: Input, now: number): void {
    const held = this.#held.get(key);
    if (held === undefined || held.deleted) return;
    const identity =
      input.kind === 'completion'
        ? `effect ${input.completion.effect}`
        : input.kind === 'timer'
          ? `timer ${key} ${input.id}`
          : `rest ${key}`;
    if (this.#poisoned.has(identity)) {
      this.#breakRun(held, identity, now);
      return;
    }
    this.#step(held, input, now, identity);
  }

  /** An input that is not an event of the log cannot be put aside: its run fails. */
  #breakRun(held: Held, identity: string, now: number): void {
    const { run } = held;
    run.status = 'FAILED';
    run.error = 'INTERNAL';
    run.cause = `${identity} made the engine fail`;
    run.endedAt = now;
    run.headDirty = true;
    for (const effect of [...(run.effects?.values() ?? [])]) run.removeEffect(effect);
    this.#touch(held);
  }

  #step(held: Held, input: Input, now: number, identity: string): void {
    this.#touch(held);
    const wasEnded = held.run.ended;
    try {
      step(held.workflow, held.run, input, now, this.#out);
    } catch (error) {
      throw new PoisonedInput(identity, error);
    }
    if (!wasEnded && held.run.ended) this.#deps.metrics.runsEnded++;
  }

  #touch(held: Held): void {
    if (held.touched) return;
    held.touched = true;
    this.#touched.push(held);
  }

  #stepArrival(arrival: Arrival, now: number): void {
    const { event, key, fault } = arrival;
    const { metrics } = this.#deps;
    metrics.events++;
    if (fault !== undefined) {
      this.#putAside(arrival, fault.code, fault.message, now);
      return;
    }
    if (event === undefined || key === undefined) return;
    const identity = `event ${arrival.offset}`;
    if (this.#poisoned.has(identity)) {
      this.#putAside(arrival, 'POISONOUS_EVENT', 'the event made the engine fail', now);
      return;
    }
    const held = this.#held.get(key);
    if (!this.#isNew(held, key, event)) {
      metrics.duplicates++;
      return;
    }
    if (event.type.startsWith(COMMAND_PREFIX)) this.#stepCommand(held, key, event, now, identity, arrival);
    else {
      const target = held === undefined || held.deleted ? this.#runMadeBy(event, key, now) : held;
      if (target === undefined) {
        this.#putAside(arrival, 'EVENT_FOR_UNKNOWN_RUN', `there is no run "${key}"`, now);
      } else if (target.run.ended) {
        this.#putAside(arrival, 'EVENT_FOR_ENDED_RUN', `run "${key}" has ended: ${target.run.status}`, now);
      } else this.#step(target, { kind: 'event', event }, now, identity);
    }
  }

  readonly #hash: EventHash = { a: 0, b: 0 };
  #isNew(held: Held | undefined, key: string, event: CloudEvent): boolean {
    const hash = this.#hash;
    if (held !== undefined) hashText(event.source, held.hash, hash);
    else {
      hashText(key, HASH_SEED, hash);
      hashText(event.source, hash, hash);
    }
    hashText(event.id, hash, hash);
    return this.#dedupe.add(hash);
  }

  /** Standing and correlated runs, and those of a start subscription, begin with their first event. */
  #runMadeBy(event: CloudEvent, key: string, now: number): Held | undefined {
    const workflow = this.#deps.definitions.peekNewest(splitRunKey(key).workflow);
    if (workflow === undefined || workflow === null) return undefined;
    const { run } = splitRunKey(key);
    const named = runFor(workflow, event);
    if (named !== run && !(workflow.runMode === 'standing' && run === 'standing')) return undefined;
    const input = workflow.runMode === 'started' ? (event.data ?? null) : null;
    return this.#begin(workflow, key, { input }, undefined, now, `start ${key}`);
  }

  #begin(
    workflow: CompiledWorkflow,
    key: string,
    start: Start,
    event: CloudEvent | undefined,
    now: number,
    identity: string,
  ): Held {
    const run = new RunState(key, workflow.version, {
      input: start.input ?? null,
      at: now,
      ...(start.labels && { labels: start.labels }),
      ...(start.parent && { parent: start.parent }),
    });
    run.headDirty = true;
    const held = this.#keep(run, workflow);
    this.#deps.metrics.runsStarted++;
    const command: CloudEvent = event ?? {
      specversion: '1.0',
      id: `start:${key}`,
      source: '/tidegate',
      type: COMMANDS.start,
    };
    this.#step(held, { kind: 'command', event: command }, now, identity);
    return held;
  }

  #stepCommand(
    held: Held | undefined,
    key: string,
    event: CloudEvent,
    now: number,
    identity: string,
    arrival: Arrival,
  ): void {
    const data = (event.data ?? {}) as { version?: number; input?: unknown };
    const { definitions } = this.#deps;
    const name = splitRunKey(key).workflow;
    if (event.type === COMMANDS.start) {
      if (held !== undefined && !held.deleted) {
        if (sameInput(held.run, data.input)) this.#reply(event, { existed: true });
        else this.#refuse(event, 'RUN_EXISTS', `run "${key}" exists with another input`);
        return;
      }
      const workflow =
        data.version === undefined ? definitions.peekNewest(name) : definitions.peek(name, data.version);
      if (workflow === undefined || workflow === null) {
        this.#refuse(event, 'VERSION_NOT_FOUND', `there is no version ${data.version} of workflow "${name}"`);
        this.#putAside(
          arrival,
          'EVENT_FOR_UNKNOWN_WORKFLOW',
          `there is no workflow "${name}" of that version`,
          now,
        );
        return;
      }
      this.#begin(workflow, key, data as Start, event, now, identity);
      return;
    }
    if (held === undefined || held.deleted) {
      const made = event.type === COMMANDS.replay ? this.#runMadeBy(replayed(event), key, now) : undefined;
      if (made === undefined) this.#refuse(event, 'RUN_NOT_FOUND', `there is no run "${key}"`);
      else this.#step(made, { kind: 'command', event }, now, identity);
      return;
    }
    if (event.type === COMMANDS.delete) {
      if (!held.run.ended) {
        this.#refuse(event, 'WORKFLOW_IN_USE', `run "${key}" has not ended`);
        return;
      }
      held.deleted = true;
      this.#touch(held);
      this.#reply(event, {});
      return;
    }
    if (event.type === COMMANDS.adopt && data.version !== undefined) {
      const workflow = definitions.peek(name, data.version);
      if (workflow !== undefined && !held.run.ended) held.workflow = workflow;
    }
    if (event.type === COMMANDS.redrive) {
      this.#redrive(held, event, now);
      return;
    }
    this.#step(held, { kind: 'command', event }, now, identity);
  }

  #redrive(held: Held, event: CloudEvent, now: number): void {
    const rebuilt = this.#redriven.get(event.id);
    this.#redriven.delete(event.id);
    if (rebuilt === undefined) {
      const message = `run "${held.run.key}" is ${held.run.status}, or its history is not whole`;
      this.#refuse(event, 'RUN_NOT_REDRIVABLE', message);
      return;
    }
    const fresh = this.#keep(rebuilt, held.workflow);
    this.#touch(fresh);
    for (const effect of rebuilt.effects?.values() ?? []) this.#out.effects.push(effect);
    const { timeoutMs } = held.workflow.definition;
    const runTimer = rebuilt.timers?.get(RUN_TIMER);
    if (runTimer !== undefined && timeoutMs !== undefined)
      rebuilt.putTimer({ ...runTimer, at: now + timeoutMs });
    for (const timer of rebuilt.timers?.values() ?? []) {
      this.#out.timers.push({ run: rebuilt.key, id: timer.id, at: timer.at });
    }
    this.#reply(event, {});
    this.#step(fresh, { kind: 'continue' }, now, `redrive ${rebuilt.key}`);
  }

  #reply(event: CloudEvent, reply: CommandReply): void {
    this.#out.replies.push({ command: event.id, ...reply });
  }

  #refuse(event: CloudEvent, code: ErrorCode, message: string): void {
    this.#reply(event, { error: { code, message } });
  }

  #putAside(arrival: Arrival, reason: string, message: string, now: number): void {
    this.#extraDeadLetters.push(
      deadLetterOf(this.#deps.partition, now, {
        reason,
        message,
        ...(arrival.key !== undefined && { run: arrival.key }),
        ...(arrival.event !== undefined && { event: arrival.event }),
        text: arrival.text.slice(0, this.#deps.limits.eventBytes),
      }),
    );
  }

  /** Hands all that changed to the writer. What the batch decided goes out once it is acknowledged. */
  async #checkpoint(now: number): Promise<void> {
    const { metrics, partition, observer } = this.#deps;
    const out = this.#out;
    for (const { run, id, at } of out.timers) {
      if (at === undefined) this.#timers.cancel(timerKey(run, id));
      else this.#timers.set(timerKey(run, id), at);
    }
    for (const id of out.cancelled) this.#deps.dispatcher.cancel(id);
    const writer = this.#writer!;
    const number = writer.nextNumber;
    const touched = this.#touched;
    this.#touched = [];
    const runs: RunChange[] = [];
    for (const held of touched) {
      held.touched = false;
      held.writtenIn = number;
      if (held.deleted) runs.push({ key: held.run.key, cells: [], deleted: true });
      else if (!held.run.clean) runs.push(drainRun(held.run));
    }
    const deadLetters = [
      ...this.#extraDeadLetters,
      ...out.deadLetters.map((draft) => deadLetterOf(partition, now, draft)),
    ];
    this.#extraDeadLetters = [];
    const { block, dropped } = this.#dedupe.takeBlock();
    metrics.deadLetters += deadLetters.length;
    metrics.checkpoints++;
    metrics.timers = this.#timers.size;
    metrics.held = this.#held.size;
    metrics.position = this.#position;
    const tapped = this.#tapped;
    this.#tapped = [];
    this.#suspect = undefined;
    await writer.write(
      { position: this.#position, dedupe: block, dedupeDropped: dropped, runs, deadLetters },
      () => {
        for (const effect of out.effects) this.#perform(effect);
        for (const { command, ...reply } of out.replies) observer.replied(command, reply);
        if (observer.watching) {
          for (const [run, event] of tapped) observer.delivered(run, event);
          for (const held of touched) observer.changed(held.run);
        }
        this.#release(touched, number);
        void this.#deps.log.commit(partition, this.#position).catch(() => undefined);
      },
    );
  }

  #perform(effect: Effect): void {
    const held = this.#held.get(effect.run);
    if (held !== undefined && held.run.effects?.has(effect.id) !== true) return;
    if (this.#deps.observer.watching) this.#deps.observer.effectStarted(effect);
    this.#deps.dispatcher.perform(effect, (completion) => this.complete(effect.run, completion));
  }

  /** Lets go of runs that are over, and of those at rest when there are too many. */
  #release(touched: readonly Held[], number: number): void {
    for (const held of touched) {
      const { run } = held;
      if (held.writtenIn !== number || held.touched || this.#held.get(run.key) !== held) continue;
      if (held.deleted || (run.ended && (run.effects?.size ?? 0) === 0)) this.#held.delete(run.key);
      else if (this.#held.size > this.#deps.heldRuns / 2) {
        // Moves it to the young end, so that the eviction below meets the longest unused first.
        this.#held.delete(run.key);
        this.#held.set(run.key, held);
      }
    }
    if (this.#held.size <= this.#deps.heldRuns) return;
    let excess = this.#held.size - this.#deps.heldRuns;
    for (const [key, held] of this.#held) {
      if (excess <= 0) return;
      if (held.touched || held.writtenIn > number || !held.run.clean) continue;
      this.#held.delete(key);
      excess--;
    }
  }

  async #idle(): Promise<void> {
    if (this.#stopping || this.#inbox.length > 0 || (this.#logReady && !this.#draining)) return;
    const { clock } = this.#deps;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      const at = this.#position < this.#timersFrom ? undefined : this.#timers.nextAt;
      if (at !== undefined) this.#cancelWait = clock.after(at - clock.now(), () => this.#notify());
    });
    this.#cancelWait?.();
    this.#cancelWait = undefined;
  }

  #notify(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}

const TAKEOVERS_BEFORE_CARE = 3;

export { PoisonedInput };

function timerKey(run: string, id: string): string {
  return `${run}\n${id}`;
}
function splitTimerKey(key: string): { run: string; id: string } {
  const at = key.indexOf('\n');
  return { run: key.slice(0, at), id: key.slice(at + 1) };
}

function sameInput(run: RunState, input: unknown): boolean {
  return JSON.stringify(run.input ?? null) === JSON.stringify(input ?? null);
}

/** The event inside a replay command. */
function replayed(command: CloudEvent): CloudEvent {
  return (command.data as { event: CloudEvent }).event;
}
