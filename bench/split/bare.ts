import { resultOf } from './child-program.ts';
import type { LogKind } from './servers.ts';

/** What a process of a bare client is told, as JSON in its only argument. */
export interface BareOrder {
  readonly address: string;
  /** Kafka's topic, the stream of NATS, or the keys of Redis's streams with commas between. */
  readonly log: string;
  /** A name nobody else uses: of the consumer group or the consumers. */
  readonly name: string;
  readonly total: number;
  /** So many of them come first: they are measured apart, as the process is new to its work then. */
  readonly cold: number;
}

/** The first events of a fresh process, and those after. */
export interface ColdAndWarm {
  readonly cold: BareResult;
  readonly warm: BareResult;
}

/** From when the first events were there until all were parsed. */
export interface BareResult {
  readonly eventsPerSecond: number;
  /** CPU of the whole process, user and system; microseconds. */
  readonly cpuPerEvent: number;
}

/** A bare client, alone in its process: takes `total` events of four partitions and parses each. */
export async function runBare(log: LogKind, order: BareOrder): Promise<ColdAndWarm> {
  return (await resultOf(`bare-${log}`, order)) as ColdAndWarm;
}

/** For the programs: parses and counts, and reports when all have come. */
export class BareCount {
  readonly order: BareOrder = JSON.parse(process.argv[2]!);
  #seen = 0;
  #beganAt = 0;
  #cpu: NodeJS.CpuUsage | undefined;
  #cold: BareResult | undefined;

  parse(text: string): void {
    if (this.#seen === 0) this.#begin();
    if ((JSON.parse(text) as { id?: string }).id !== undefined) this.#seen += 1;
    if (this.#seen === this.order.cold) {
      this.#cold = this.#measured(this.order.cold);
      this.#begin();
    } else if (this.#seen === this.order.total) {
      process.send?.({ cold: this.#cold, warm: this.#measured(this.order.total - this.order.cold) });
    }
  }

  #begin(): void {
    this.#beganAt = performance.now();
    this.#cpu = process.cpuUsage();
  }
  #measured(events: number): BareResult {
    const seconds = (performance.now() - this.#beganAt) / 1_000;
    const { user, system } = process.cpuUsage(this.#cpu);
    return { eventsPerSecond: events / seconds, cpuPerEvent: (user + system) / events };
  }
}
