import { COMMAND_PREFIX, COMMANDS, CONTINUE_TIMER, drainRun, type Timer } from '../engine/index.ts';
import { elapsed, type LogRecord, type PartitionReader } from '../logs/index.ts';
import type { CloudEvent } from '../model/cloud-event.ts';
import type { Completion, Effect } from '../model/effect.ts';
import { decodeEffect } from '../model/effect-codec.ts';
import { ERRORS } from '../model/errors.ts';
import { splitRunKey } from '../model/run.ts';
import type { Owner, RunChange, Suspect } from '../stores/state-store.ts';
import { type Arrival, Arrivals } from './arrivals.ts';
import { Batch, eventIdentity, type LocalInput } from './batch.ts';
import { estimatedBytes } from './checkpoint-size.ts';
import { CheckpointWriter } from './checkpoint-writer.ts';
import { deadLetterOf } from './dead-letters.ts';
import { DedupeWindow } from './dedupe-window.ts';
import { HeldRuns, isWritten } from './held-runs.ts';
import { count } from './partition-metrics.ts';
import type { PartitionDependencies } from './partition-ports.ts';
import { rebuildForRedrive } from './redrive.ts';
import { RefusedStarts, refusalEvent } from './refused-starts.ts';
import { TimerQueue } from './timer-queue.ts';

/** From so many takeovers without a checkpoint on, events are stepped one by one to find the one that kills. */
const TAKEOVERS_BEFORE_CARE = 3;
/** From so many on, the one that was tried alone last is taken for it. Rebalances and outages count as takeovers too. */
const TAKEOVERS_BEFORE_VERDICT = 6;
/** And so many of those processes must have died while they tried it: a death has other causes too. */
const TRIES_BEFORE_VERDICT = 3;
const MOST_WAIT_MS = 10_000;

/**
 * The loop of one owned partition: takes a batch, loads the runs it lacks in one round trip, steps event by event, and
 * hands everything that changed to one checkpoint; effects go out when that is acknowledged. The next batch is stepped
 * while the last is being written.
 */
export class Partition {
  readonly #deps: PartitionDependencies;
  readonly #runs: HeldRuns;
  readonly #arrivals: Arrivals;
  readonly #refused = new RefusedStarts();
  readonly #batch: Batch;
  readonly #dedupe: DedupeWindow;
  readonly #inbox: LocalInput[] = [];
  readonly #timers = new TimerQueue();
  /** Inputs that made the engine fail; they are put aside. Kept over a reload. */
  readonly #poisoned: Set<string>;
  #reader: PartitionReader | undefined;
  #writer: CheckpointWriter | undefined;
  #position = 0;
  /** Timers that were overdue at the takeover wait until the log was read up to here. */
  #timersFrom = 0;
  #careful = false;
  #suspect: number | undefined;
  /** What the owners before this one tried alone, and did not outlive. */
  #suspectBefore: Suspect | undefined;
  #tapped: [run: string, event: CloudEvent][] = [];
  #wake: (() => void) | undefined;
  #cancelWait: (() => void) | undefined;
  #logReady = true;
  #stopping = false;
  #draining = false;
  /** When the last batch began, by the clock's `elapsed`. */
  #lastTurnAt = 0;

  constructor(deps: PartitionDependencies, poisoned: Set<string>) {
    const { store, definitions, partition, log, limits, heldRuns } = deps;
    this.#deps = deps;
    this.#poisoned = poisoned;
    this.#dedupe = new DedupeWindow(limits.dedupeMarks);
    this.#runs = new HeldRuns(store, definitions, partition, heldRuns);
    this.#arrivals = new Arrivals(
      log,
      definitions,
      partition,
      limits,
      (key) => this.#runs.has(key),
      deps.seal,
    );
    this.#batch = new Batch(deps, this.#runs, this.#dedupe, poisoned);
  }

  /** Takes over and loops until stopped. Rejects when ownership was lost or the partition must be loaded anew. */
  async run(owner: Owner): Promise<void> {
    try {
      await this.#takeOver(owner);
      while (!this.#stopping) if (!(await this.#turn())) await this.#idle();
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
  /** Ends after the batch under way and its checkpoint. */
  stop(): void {
    this.#stopping = true;
    this.#notify();
  }
  /** Ends without waiting for the store: what is not written yet, another owner does again. */
  abandon(): void {
    this.#writer?.abandon();
    this.stop();
  }

  /** Why the last checkpoint is still not written, where it isn't. */
  get stalled(): string | undefined {
    const error = this.#writer?.stalled;
    return error && `${error.code}: ${error.message}`;
  }
  /** Everything stepped is written and nothing waits. */
  get quiet(): boolean {
    return this.#inbox.length === 0 && (this.#writer?.idle ?? true);
  }

  /** Timers whose time has come at `now` and that have not fired yet. */
  timersDue(now: number): number {
    return this.#timers.dueAt(now);
  }

  /** What became of an effect of one of this partition's runs. */
  complete(key: string, completion: Completion): void {
    if (this.#stopping) return;
    this.#inbox.push({ key, input: { kind: 'completion', completion } });
    this.#notify();
  }

  async #takeOver(owner: Owner): Promise<void> {
    const { store, log, partition, metrics, clock } = this.#deps;
    const state = await store.acquire(partition, owner);
    this.#position = state.position;
    metrics.position = state.position;
    metrics.takeovers++;
    for (const block of state.dedupe) this.#dedupe.load(block);
    this.#timersFrom = await log.head(partition);
    this.#careful = state.takeovers >= TAKEOVERS_BEFORE_CARE;
    // A process that lives on after its loop failed was not killed by the event it tried: a store or log was away.
    const killed = !this.#deps.survived && state.takeovers >= TAKEOVERS_BEFORE_VERDICT;
    if (killed && state.suspect !== undefined && state.suspect.tries >= TRIES_BEFORE_VERDICT)
      this.#poisoned.add(eventIdentity(state.suspect.offset));
    this.#suspectBefore = state.suspect;
    this.#writer = new CheckpointWriter(store, clock, partition, owner, state.checkpoint, metrics, () =>
      this.#notify(),
    );
    const effects: Effect[] = [];
    for (const { run, cell, value } of state.pending) {
      if (cell.startsWith('t')) {
        const timer = JSON.parse(value) as Timer;
        this.#timers.set(timerKey(run, timer.id), timer.at);
      } else {
        const effect = decodeEffect(run, cell.slice(1), value);
        if (!effect.dispatched) effects.push(effect);
      }
    }
    this.#lastTurnAt = elapsed(clock);
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
    const { clock, batchRecords, observer, idleCheckpointMs } = this.#deps;
    const now = clock.now();
    this.#careful &&= this.#position < this.#timersFrom;
    const idle = idleCheckpointMs !== undefined && elapsed(clock) >= this.#lastTurnAt + idleCheckpointMs;
    const records =
      (this.#logReady || idle) && !this.#draining ? this.#reader!.take(this.#careful ? 1 : batchRecords) : [];
    if (records.length === 0) this.#logReady = false;
    const locals = this.#takeLocals(now);
    if (records.length === 0 && locals.length === 0) {
      if (!idle) return false;
      if (!this.#draining) this.#position = Math.max(this.#position, this.#reader!.caughtUpTo?.() ?? 0);
    }
    if (idleCheckpointMs !== undefined) this.#lastTurnAt = elapsed(clock);
    if (records.length > 0) this.#deps.metrics.batchRecords.observe(records.length);
    if (this.#careful && records.length > 0) await this.#suspectFirst(records[0]!.offset);
    const batch = this.#batch;
    batch.begin(now);
    if (observer.watching) batch.out.tap = (run, event) => this.#tapped.push([run.key, event]);
    await this.#stepLocals(locals);
    const stepped = this.#stepAtHand(records);
    if (stepped < records.length) {
      for (const arrival of await this.#prepare(records.slice(stepped))) batch.stepArrival(arrival);
    }
    if (records.length > 0) this.#position = records.at(-1)!.offset + 1;
    await this.#checkpoint(now);
    return true;
  }

  /** Notes durably which event is tried alone, so that the next takeover knows what killed this one. */
  async #suspectFirst(offset: number): Promise<void> {
    if (this.#suspect === offset) return;
    const before = this.#suspectBefore?.offset === offset ? this.#suspectBefore.tries : 0;
    // One that lives on after its loop failed tries it again, and was not killed by it.
    const tries = Math.max(1, before + (this.#deps.survived ? 0 : 1));
    await this.#deps.store.markSuspect(this.#deps.partition, this.#writer!.owner, { offset, tries });
    this.#suspect = offset;
  }

  #takeLocals(now: number): LocalInput[] {
    const { batchRecords, metrics } = this.#deps;
    const locals = this.#inbox.splice(0, batchRecords);
    if (this.#position < this.#timersFrom && !this.#draining) return locals;
    for (let i = 0; i < batchRecords; i++) {
      const due = this.#timers.takeDue(now);
      if (due === undefined) break;
      metrics.timersFired++;
      const { run, id } = splitTimerKey(due.key);
      locals.push({
        key: run,
        input: id === CONTINUE_TIMER ? { kind: 'continue' } : { kind: 'timer', id, at: due.at },
      });
    }
    return locals;
  }

  async #stepLocals(locals: readonly LocalInput[]): Promise<void> {
    const missing = new Set<string>();
    for (const { key } of locals) if (!this.#runs.has(key)) missing.add(key);
    if (missing.size > 0) {
      for (const { key } of locals) this.#runs.pin(key);
      await this.#runs.load([...missing]);
    }
    for (let i = 0; i < locals.length; i++) this.#batch.stepLocal(locals[i]!);
  }

  /**
   * Steps the records from the first on for as long as their runs are in memory, each as soon as it is parsed: an event
   * that does not outlive its step costs the garbage collector nothing. Answers how many.
   */
  #stepAtHand(records: readonly LogRecord[]): number {
    for (let i = 0; i < records.length; i++) {
      const arrival = this.#arrivals.read(records[i]!);
      const { key, event, fault } = arrival;
      const atHand = fault !== undefined || (key !== undefined && this.#runs.has(key) && !isCommand(event));
      if (!atHand) return i;
      this.#batch.stepArrival(arrival);
    }
    return records.length;
  }

  /** Parses and routes the records, and brings the runs and definitions they need into memory in one round trip. */
  async #prepare(records: readonly LogRecord[]): Promise<readonly Arrival[]> {
    // A workflow that was looked for in vain may have been stored since, before an event of this batch.
    this.#deps.definitions.forgetMissing();
    const arrivals: Arrival[] = [];
    const missing = new Set<string>();
    const commands: Arrival[] = [];
    const add = (arrival: Arrival) => {
      arrivals.push(arrival);
      const { key, event } = arrival;
      if (key === undefined) return;
      this.#runs.pin(key);
      if (!this.#runs.has(key)) missing.add(key);
      if (isCommand(event)) commands.push(arrival);
    };
    for (let i = 0; i < records.length; i++) {
      const arrival = this.#arrivals.read(records[i]!);
      const { key, event, fault } = arrival;
      if (key !== undefined || event === undefined || fault !== undefined) add(arrival);
      else for (const routed of await this.#arrivals.route({ ...arrival, event })) add(routed);
    }
    await this.#arrivals.passOn();
    if (missing.size > 0) await this.#runs.load([...missing]);
    for (const { key, event } of commands) await this.#prepareCommand(key!, event!);
    this.#refused.clear();
    await this.#arrivals.passOn();
    return arrivals;
  }

  /** Some commands need more than the run: a version, or the history. */
  async #prepareCommand(key: string, event: CloudEvent): Promise<void> {
    const { definitions, store } = this.#deps;
    const { version } = (event.data ?? {}) as { version?: number };
    const { workflow } = splitRunKey(key);
    if (version !== undefined && definitions.peek(workflow, version) === undefined) {
      await definitions.get(workflow, version);
    }
    const held = this.#runs.get(key);
    if (event.type === COMMANDS.start) {
      const known =
        version === undefined ? definitions.lastNewest(workflow) : definitions.peek(workflow, version);
      const refused = this.#refused.judge(event, held?.run, known !== undefined);
      if (refused !== undefined) this.#arrivals.send(refusalEvent(refused));
    }
    if (event.type !== COMMANDS.redrive || held?.run.ended !== true) return;
    await this.#writer!.flushed();
    const rebuilt = await rebuildForRedrive(store, held.run, held.workflow);
    this.#batch.offerRebuilt(key, event, rebuilt);
  }

  /** Hands all that changed to the writer. What the batch decided goes out once it is acknowledged. */
  async #checkpoint(now: number): Promise<void> {
    const { metrics, partition, observer, dispatcher, log } = this.#deps;
    const { out, deadLetters, trace } = this.#batch;
    for (const { run, id, at } of out.timers) {
      if (at === undefined) this.#timers.cancel(timerKey(run, id));
      else this.#timers.set(timerKey(run, id), at);
    }
    for (const id of out.cancelled) dispatcher.cancel(id);
    const writer = this.#writer!;
    const number = writer.nextNumber;
    this.#batch.end();
    this.#runs.unpinAll();
    const touched = this.#runs.takeTouched(number);
    const runs: RunChange[] = [];
    for (const { run, deleted } of touched) {
      if (deleted) runs.push({ key: run.key, cells: [], deleted: true });
      else if (!run.clean) runs.push(drainRun(run));
    }
    for (const draft of out.deadLetters) deadLetters.push(deadLetterOf(partition, now, draft));
    const { block, dropped } = this.#dedupe.takeBlock();
    for (const { reason } of deadLetters) count(metrics.deadLettersBy, reason in ERRORS ? reason : 'OTHER');
    metrics.deadLetters += deadLetters.length;
    metrics.matched += out.matched;
    metrics.checkpoints++;
    metrics.timers = this.#timers.size;
    metrics.held = this.#runs.size;
    metrics.position = this.#position;
    const tapped = this.#tapped;
    const position = this.#position;
    this.#tapped = [];
    this.#suspect = undefined;
    const content = { position, dedupe: block, dedupeDropped: dropped, runs, deadLetters };
    const bytes = estimatedBytes(content);
    metrics.checkpointBytes.observe(bytes);
    await writer.write(content, () => {
      for (const [run, event] of tapped) observer.delivered(run, event);
      trace?.end(number, bytes);
      for (const effect of out.effects) this.#perform(trace?.adopt(effect) ?? effect);
      for (const { command, run, ...reply } of out.replies) observer.replied(command, run, reply);
      if (observer.awaiting) {
        for (const held of touched) if (isWritten(held, number)) observer.changed(held.run);
      }
      this.#runs.release(touched, number);
      // For lag and retention only: the store's position is the one that counts.
      log.commit(partition, position).catch(() => undefined);
    });
  }

  #perform(effect: Effect): void {
    // An answer that comes after the partition was loaded anew: its effects are pending there, and that one awaits them.
    if (this.#stopping) return;
    const held = this.#runs.get(effect.run);
    if (held !== undefined && held.run.effects?.has(effect.id) !== true) return;
    const { observer, dispatcher } = this.#deps;
    if (observer.watching) observer.effectStarted(effect);
    dispatcher.perform(effect, (completion) => this.complete(effect.run, completion), this.#deps.partition);
  }

  async #idle(): Promise<void> {
    if (this.#stopping || this.#inbox.length > 0 || (this.#logReady && !this.#draining)) return;
    // It may have failed since the last turn looked.
    this.#writer!.throwIfFailed();
    const { clock, idleCheckpointMs } = this.#deps;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      const due = this.#position < this.#timersFrom ? undefined : this.#timers.nextAt;
      const waits: number[] = [];
      if (due !== undefined) waits.push(due - clock.now());
      if (idleCheckpointMs !== undefined) waits.push(this.#lastTurnAt + idleCheckpointMs - elapsed(clock));
      // A time of day that is set anew makes timers due that a wait begun before does not know of.
      if (due !== undefined && clock.elapsed !== undefined) waits.push(MOST_WAIT_MS);
      if (waits.length > 0) this.#cancelWait = clock.after(Math.min(...waits), () => this.#notify());
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

function isCommand(event: CloudEvent | undefined): boolean {
  return event?.type.startsWith(COMMAND_PREFIX) === true;
}

function timerKey(run: string, id: string): string {
  return `${run}\n${id}`;
}
function splitTimerKey(key: string): { run: string; id: string } {
  const at = key.indexOf('\n');
  return { run: key.slice(0, at), id: key.slice(at + 1) };
}
