import type { EventLog } from '../../../src/logs/event-log.ts';
import type { CloudEvent } from '../../../src/model/cloud-event.ts';
import { partitionOf } from '../../../src/model/partition.ts';
import { runKeyOf } from '../../../src/model/run.ts';
import type { Faults } from './faults.ts';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';

/** Something a workload sends: an event, or text that is none. */
export interface Send {
  readonly afterMs: number;
  readonly event?: CloudEvent;
  readonly text?: string;
  /** Where it goes; default: where its run lives. */
  readonly partition?: number;
}

/**
 * Sends until the log acknowledges, each time under the same id; some it sends again after that. What goes out at one
 * time arrives in any order.
 */
export class Producer {
  /** What the log has acknowledged. */
  readonly acknowledged: {
    readonly event: CloudEvent | undefined;
    readonly text: string;
    readonly at: number;
  }[] = [];
  outstanding = 0;
  readonly #log: EventLog;
  readonly #timeline: Timeline;
  readonly #faults: Faults;
  readonly #random: Random;

  constructor(log: EventLog, timeline: Timeline, faults: Faults, random: Random) {
    this.#log = log;
    this.#timeline = timeline;
    this.#faults = faults;
    this.#random = random;
  }

  plan(sends: readonly Send[]): void {
    for (const send of sends) {
      this.outstanding++;
      this.#timeline.after(send.afterMs, () => void this.send(send).then(() => this.outstanding--));
    }
  }

  async send({ event, text, partition }: Omit<Send, 'afterMs'>): Promise<void> {
    const value = text ?? JSON.stringify(event);
    for (;;) {
      try {
        await this.#log.append(partition ?? this.#partitionFor(event), [value]);
        break;
      } catch {
        await this.#timeline.sleep(20);
      }
    }
    this.acknowledged.push({ event, text: value, at: this.#timeline.now() });
    if (!this.#faults.strikes('duplicate')) return;
    await this.#timeline.sleep(this.#random.int(0, 500));
    await this.#log.append(this.#partitionFor(event), [value]).catch(() => undefined);
  }

  #partitionFor(event: CloudEvent | undefined): number {
    const { partitions } = this.#log;
    const known = event?.workflow !== undefined && event.run !== undefined;
    if (!known || this.#faults.strikes('misrouted')) return this.#random.int(0, partitions - 1);
    return partitionOf(runKeyOf(event.workflow!, event.run!), partitions);
  }
}
