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
}

/** From when the first events were there until all were parsed. */
export interface BareResult {
  readonly eventsPerSecond: number;
  /** CPU of the whole process, user and system; microseconds. */
  readonly cpuPerEvent: number;
}

/** A bare client, alone in its process: takes `total` events of four partitions and parses each. */
export async function runBare(log: LogKind, order: BareOrder): Promise<BareResult> {
  return (await resultOf(`bare-${log}`, order)) as BareResult;
}

/** For the programs: parses and counts, and reports when all have come. */
export class BareCount {
  readonly order: BareOrder = JSON.parse(process.argv[2]!);
  #seen = 0;
  #beganAt = 0;
  #cpu: NodeJS.CpuUsage | undefined;

  parse(text: string): void {
    if (this.#seen === 0) {
      this.#beganAt = performance.now();
      this.#cpu = process.cpuUsage();
    }
    if ((JSON.parse(text) as { id?: string }).id !== undefined) this.#seen += 1;
    if (this.#seen === this.order.total) this.#report();
  }

  #report(): void {
    const seconds = (performance.now() - this.#beganAt) / 1_000;
    const { user, system } = process.cpuUsage(this.#cpu);
    const result: BareResult = {
      eventsPerSecond: this.#seen / seconds,
      cpuPerEvent: (user + system) / this.#seen,
    };
    process.send?.(result);
  }
}
