import type { ActivityQueue, ActivityTask } from '../actions/index.ts';
import { parseStepFunctionsArn } from '../model/step-functions-arns.ts';
import type { Notices, StateStore } from '../stores/index.ts';
import type { Clock, Randomness } from './clock.ts';

/** A task that was handed out. It goes to another unless `done` is called within `CLAIM_MS`. */
export interface TakenActivityTask {
  /** Callback token of the effect. */
  readonly token: string;
  /** JSON text. */
  readonly input: string;
  /** The worker has it: it is not handed out again. */
  done(): Promise<void>;
  /** It never reached its worker: the next one gets it. */
  giveBack(): Promise<void>;
}

export interface ActivityTasksDependencies {
  readonly store: StateStore;
  readonly clock: Clock;
  readonly randomness: Randomness;
}

const TASKS = 'activity-tasks/';
const INPUTS = 'activity-inputs';
const CLAIMS = 'activity-claims';
const CHANNEL = 'activities';
/** How long a front end that dies while it answers keeps a task from the others. */
const CLAIM_MS = 30_000;
/** No execution of the service takes longer than a year; what nobody asks for goes. */
const KEEP_MS = 366 * 86_400_000;
/** A notice may get lost; so often the store is asked while somebody waits. */
const LOOK_MS = 5_000;

interface Waiter {
  /** The answer: whether somebody still wanted it. */
  resolve(task: TakenActivityTask): boolean;
  reject(error: unknown): void;
}

/** The tasks of one activity as this process knows them. */
interface Line {
  readonly waiters: Set<Waiter>;
  /** Ids that may be free, the oldest last. */
  candidates: string[];
  /** Claimed by somebody, until when (milliseconds of the epoch). */
  readonly claimed: Map<string, number>;
  busy: boolean;
  /** Something was offered while it was busy. */
  again: boolean;
  cancelLook: () => void;
}

/**
 * Activity tasks over the records of the store, so that any worker process may offer and any front end hand out. A task is handed out
 * at least once; heartbeats and timeouts are those of its effect. Those who wait are woken by notices, or within the process.
 */
export class ActivityTasks implements ActivityQueue {
  readonly #deps: ActivityTasksDependencies;
  readonly #notices: Notices | undefined;
  readonly #lines = new Map<string, Line>();
  #subscription: Promise<() => void> | undefined;

  constructor(deps: ActivityTasksDependencies) {
    this.#deps = deps;
    this.#notices = deps.store.shared?.notices;
  }

  /** Resolves once the task is written. */
  async offer(activityArn: string, { effect, taskToken, input }: ActivityTask): Promise<void> {
    const { store, clock } = this.#deps;
    const arn = parseStepFunctionsArn(activityArn);
    const activity = arn?.kind === 'activity' ? arn.activity : activityArn;
    const now = clock.now();
    const until = now + KEEP_MS;
    await store.putRecord(INPUTS, effect, JSON.stringify({ token: taskToken, input }), until);
    await store.addRecord(TASKS + activity, effect, String(now), until);
    this.#notices?.publish(CHANNEL, activity);
    this.#wake(activity);
  }

  /** The oldest task that is free, or undefined when there was none for `waitMs` or `leaving` was aborted. */
  async take(
    activity: string,
    { waitMs, leaving }: { readonly waitMs: number; readonly leaving: AbortSignal },
  ): Promise<TakenActivityTask | undefined> {
    if (this.#notices !== undefined) {
      this.#subscription ??= this.#notices.subscribe(
        CHANNEL,
        (named) => this.#wake(named),
        () => this.#wakeAll(),
      );
      try {
        await this.#subscription;
      } catch (error) {
        this.#subscription = undefined;
        throw error;
      }
    }
    if (leaving.aborted) return undefined;
    return new Promise((resolve, reject) => {
      const line = this.#line(activity);
      let cancelWait = () => {};
      const leave = () => settle(() => resolve(undefined));
      const settle = (answer: () => void) => {
        line.waiters.delete(waiter);
        cancelWait();
        leaving.removeEventListener('abort', leave);
        this.#prune(activity, line);
        answer();
      };
      const waiter: Waiter = {
        resolve: (task) => {
          if (!line.waiters.has(waiter)) return false;
          settle(() => resolve(task));
          return true;
        },
        reject: (error) => settle(() => reject(error)),
      };
      line.waiters.add(waiter);
      leaving.addEventListener('abort', leave, { once: true });
      cancelWait = this.#deps.clock.after(waitMs, leave);
      void this.#serve(activity, line);
    });
  }

  /** Ends the subscription; those who wait go on waiting for their time. */
  stop(): void {
    void this.#subscription?.then(
      (unsubscribe) => unsubscribe(),
      () => {},
    );
  }

  #line(activity: string): Line {
    let line = this.#lines.get(activity);
    if (line === undefined) {
      line = {
        waiters: new Set(),
        candidates: [],
        claimed: new Map(),
        busy: false,
        again: false,
        cancelLook: () => {},
      };
      this.#lines.set(activity, line);
    }
    return line;
  }

  #prune(activity: string, line: Line): void {
    if (line.waiters.size > 0) return;
    line.cancelLook();
    const idle = !line.busy && line.candidates.length === 0;
    if (idle && this.#lines.get(activity) === line) this.#lines.delete(activity);
  }

  #wake(activity: string): void {
    const line = this.#lines.get(activity);
    if (line === undefined) return;
    line.again = true;
    void this.#serve(activity, line);
  }
  #wakeAll(): void {
    for (const activity of [...this.#lines.keys()]) this.#wake(activity);
  }

  /** One at a time per activity: hands free tasks to those who wait, until either runs out. */
  async #serve(activity: string, line: Line): Promise<void> {
    if (line.busy) return;
    line.busy = true;
    line.cancelLook();
    try {
      while (line.waiters.size > 0) {
        const task = await this.#next(activity, line);
        if (task === undefined) break;
        const [waiter] = line.waiters;
        if (waiter?.resolve(task) !== true) await task.giveBack();
      }
    } catch (error) {
      for (const waiter of [...line.waiters]) waiter.reject(error);
    } finally {
      line.busy = false;
      if (line.waiters.size > 0) {
        if (line.again) void this.#serve(activity, line);
        else line.cancelLook = this.#deps.clock.after(LOOK_MS, () => this.#wake(activity));
      } else this.#prune(activity, line);
    }
  }

  async #next(activity: string, line: Line): Promise<TakenActivityTask | undefined> {
    for (;;) {
      const id = line.candidates.pop();
      if (id !== undefined) {
        const task = await this.#claim(activity, line, id);
        if (task !== undefined) return task;
        continue;
      }
      line.again = false;
      line.candidates = await this.#look(activity, line);
      if (line.candidates.length === 0) return undefined;
    }
  }

  /** Ids of the tasks that nobody is known to have claimed, the oldest last. */
  async #look(activity: string, { claimed }: Line): Promise<string[]> {
    const { store, clock } = this.#deps;
    const now = clock.now();
    for (const [id, until] of claimed) if (until <= now) claimed.delete(id);
    const waiting = await store.listRecords(TASKS + activity);
    return waiting
      .filter(({ id }) => !claimed.has(id))
      .sort((a, b) => Number(b.value) - Number(a.value))
      .map(({ id }) => id);
  }

  async #claim(activity: string, line: Line, id: string): Promise<TakenActivityTask | undefined> {
    const { store, clock, randomness } = this.#deps;
    const mine = randomness.token();
    const until = clock.now() + CLAIM_MS;
    line.claimed.set(id, until);
    if ((await store.addRecord(CLAIMS, id, mine, until)) !== mine) return undefined;
    const text = await store.getRecord(INPUTS, id);
    const free = text !== undefined && (await store.getRecord(TASKS + activity, id)) !== undefined;
    if (!free) {
      // Another has finished it since the list was made.
      await store.deleteRecord(TASKS + activity, id);
      await store.deleteRecord(CLAIMS, id);
      return undefined;
    }
    const { token, input } = JSON.parse(text) as { token: string; input: string };
    return {
      token,
      input,
      async done() {
        await store.deleteRecord(TASKS + activity, id);
        await store.deleteRecord(INPUTS, id);
        await store.deleteRecord(CLAIMS, id);
      },
      giveBack: async () => {
        await store.deleteRecord(CLAIMS, id);
        line.claimed.delete(id);
        this.#notices?.publish(CHANNEL, activity);
        this.#wake(activity);
      },
    };
  }
}
