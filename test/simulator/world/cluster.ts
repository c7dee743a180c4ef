import { Process, type ProcessSurroundings } from './process.ts';

type Surroundings = Omit<ProcessSurroundings, 'assigned' | 'died'>;

/** The simulated workers and who may take which partition. One that lost a partition is not told: it is fenced. */
export class Cluster {
  readonly processes: Process[] = [];
  readonly #around: ProcessSurroundings;
  readonly #prepare: (process: Process) => void;
  readonly #first: number;
  readonly #assignee: (Process | undefined)[];
  /** Processes that wait to be given a partition, by partition. */
  readonly #waiting: Map<Process, () => void>[];
  #made = 0;

  constructor(around: Surroundings, processes: number, prepare: (process: Process) => void = () => {}) {
    this.#first = processes;
    this.#prepare = prepare;
    const { partitions } = around.log;
    this.#assignee = Array.from({ length: partitions }, () => undefined);
    this.#waiting = Array.from({ length: partitions }, () => new Map());
    this.#around = {
      ...around,
      assigned: (partition, process) => this.#mayTake(partition, process),
      died: (process) => this.#replace(process),
    };
  }

  start(): void {
    for (let i = 0; i < this.#first; i++) this.#add();
    for (let partition = 0; partition < this.#assignee.length; partition++) {
      this.#assign(partition, this.processes[partition % this.processes.length]!);
    }
  }

  /** Another process takes the partition while its owner goes on in the belief that it owns it. */
  rebalance(partition: number): void {
    this.#assign(partition, this.#taker(partition));
  }

  killOne(): void {
    const alive = this.processes.filter((process) => process.alive);
    if (alive.length > 0) this.#around.random.pick(alive).kill();
  }

  #add(): Process {
    const process = new Process(`worker${++this.#made}`, this.#around);
    this.#prepare(process);
    this.processes.push(process);
    return process;
  }

  /** One that does not believe to own the partition already. */
  #taker(partition: number): Process {
    const fit = this.processes.filter(
      (process) =>
        process.alive &&
        process !== this.#assignee[partition] &&
        (this.#waiting[partition]!.has(process) || !process.worker.owned.includes(partition)),
    );
    return fit.length > 0 ? this.#around.random.pick(fit) : this.#add();
  }

  #assign(partition: number, process: Process): void {
    this.#around.trace.add(`partition ${partition} to ${process.name}`);
    this.#assignee[partition] = process;
    const resume = this.#waiting[partition]!.get(process);
    if (resume !== undefined) {
      this.#waiting[partition]!.delete(process);
      resume();
    } else process.worker.assigned(partition, 0);
  }

  #mayTake(partition: number, process: Process): Promise<void> {
    if (this.#assignee[partition] === process) return Promise.resolve();
    return new Promise((resolve) => void this.#waiting[partition]!.set(process, resolve));
  }

  /** A dead process's partitions go to others after a while. */
  #replace(dead: Process): void {
    const { timeline, random } = this.#around;
    for (const waiting of this.#waiting) waiting.delete(dead);
    timeline.after(random.int(10, 400), () => {
      for (let partition = 0; partition < this.#assignee.length; partition++) {
        if (this.#assignee[partition] === dead) this.#assign(partition, this.#taker(partition));
      }
    });
  }
}
