import { elapsed } from '../logs/index.ts';
import { TidegateError } from '../model/errors.ts';
import type { Checkpoint, Owner, StateStore } from '../stores/state-store.ts';
import type { Clock } from './clock.ts';
import type { PartitionMetrics } from './partition-metrics.ts';

const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 500;

/**
 * Writes a partition's checkpoints one after the other, so that one is under way while the next is stepped. A store that
 * is away is asked again with the same checkpoint until it answers; a refusal ends the ownership.
 */
export class CheckpointWriter {
  readonly owner: Owner;
  readonly #store: StateStore;
  readonly #clock: Clock;
  readonly #partition: number;
  readonly #metrics: Pick<PartitionMetrics, 'checkpointSeconds' | 'checkpointRetries'>;
  readonly #onSettled: () => void;
  #number: number;
  #underWay: Promise<void> | undefined;
  #failure: unknown;
  #failed = false;
  #abandoned = false;
  /** Why the last attempt was put off; undefined while all is well. */
  stalled: TidegateError | undefined;

  constructor(
    store: StateStore,
    clock: Clock,
    partition: number,
    owner: Owner,
    last: number,
    metrics: Pick<PartitionMetrics, 'checkpointSeconds' | 'checkpointRetries'>,
    onSettled: () => void,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#partition = partition;
    this.owner = owner;
    this.#number = last;
    this.#metrics = metrics;
    this.#onSettled = onSettled;
  }

  get nextNumber(): number {
    return this.#number + 1;
  }
  get idle(): boolean {
    return this.#underWay === undefined;
  }

  throwIfFailed(): void {
    if (this.#failed) throw this.#failure;
  }

  /** Resolves once the checkpoint is on its way, which is when the one before was acknowledged. */
  async write(
    content: Omit<Checkpoint, 'partition' | 'owner' | 'number'>,
    acknowledged: () => void,
  ): Promise<void> {
    if (this.#underWay !== undefined) await this.#underWay;
    this.throwIfFailed();
    const checkpoint: Checkpoint = {
      ...content,
      partition: this.#partition,
      owner: this.owner,
      number: ++this.#number,
    };
    this.#underWay = this.#send(checkpoint).then(
      () => {
        this.#underWay = undefined;
        acknowledged();
        this.#onSettled();
      },
      (error: unknown) => {
        this.#underWay = undefined;
        this.#failed = true;
        this.#failure = error;
        this.#onSettled();
      },
    );
  }

  /** Nobody waits for what is under way any more: it is not tried again. */
  abandon(): void {
    this.#abandoned = true;
  }

  async flushed(): Promise<void> {
    await this.#underWay;
    this.throwIfFailed();
  }

  async #send(checkpoint: Checkpoint): Promise<void> {
    const startedAt = elapsed(this.#clock);
    for (let delay = FIRST_RETRY_MS; ; delay = Math.min(2 * delay, LAST_RETRY_MS)) {
      try {
        await this.#store.checkpoint(checkpoint);
        this.stalled = undefined;
        this.#metrics.checkpointSeconds.observe((elapsed(this.#clock) - startedAt) / 1_000);
        return;
      } catch (error) {
        const retryable = error instanceof TidegateError && error.retryable && error.code !== 'FENCED';
        if (!retryable || this.#abandoned) throw error;
        this.stalled = error;
        this.#metrics.checkpointRetries++;
        await new Promise<void>((resolve) => void this.#clock.after(delay, resolve));
        if (this.#abandoned) throw error;
      }
    }
  }
}
