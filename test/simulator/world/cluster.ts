import { Process, type ProcessSurroundings } from './process.ts';

type Surroundings = Omit<ProcessSurroundings, 'isAssigned' | 'died'>;

/** Room for the takeovers that one assignment may need. */
const EPOCHS_PER_ASSIGNMENT = 2 ** 20;

/**
 * The simulated workers and whose each partition is. One that loses a partition hands it over in good order, or is told too
 * late: then it is fenced.
 */
export class Cluster {
  readonly processes: Process[] = [];
  readonly #around: ProcessSurroundings;
  readonly #prepare: (process: Process) => void;
  readonly #first: number;
  readonly #assignee: (Process | undefined)[];
  /** By partition: which of the assignments is in force. */
  readonly #assignment: number[] = [];
  #made = 0;
  #assignments = 0;

  constructor(around: Surroundings, processes: number, prepare: (process: Process) => void = () => {}) {
    this.#first = processes;
    this.#prepare = prepare;
    const { partitions } = around.log;
    this.#assignee = Array.from({ length: partitions }, () => undefined);
    this.#around = {
      ...around,
      isAssigned: (partition, process) => this.#assignee[partition] === process,
      died: (process) => this.#replace(process),
    };
  }

  start(): void {
    for (let i = 0; i < this.#first; i++) this.#add();
    for (let partition = 0; partition < this.#assignee.length; partition++) {
      this.#assign(partition, this.processes[partition % this.processes.length]!);
    }
  }

  rebalance(partition: number): void {
    const { random, timeline, trace } = this.#around;
    const owner = this.#assignee[partition];
    if (owner?.alive && random.chance(0.4)) {
      trace.add(`${owner.name} hands partition ${partition} over`);
      const given = this.#assignment[partition];
      void owner.worker.revoked(partition).then(() => {
        if (this.#assignment[partition] === given) this.#assign(partition, this.#taker(partition));
      });
      return;
    }
    // The owner goes on in the belief that it owns the partition, until it is told.
    this.#assign(partition, this.#taker(partition));
    if (owner === undefined) return;
    timeline.after(random.int(1, 3_000), () => {
      if (owner.alive && this.#assignee[partition] !== owner) owner.worker.lost(partition);
    });
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
    const fit = this.processes.filter((process) => process.alive && process !== this.#assignee[partition]);
    return fit.length > 0 ? this.#around.random.pick(fit) : this.#add();
  }

  #assign(partition: number, process: Process): void {
    this.#around.trace.add(`partition ${partition} to ${process.name}`);
    this.#assignee[partition] = process;
    this.#assignments += 1;
    this.#assignment[partition] = this.#assignments;
    process.worker.assigned(partition, this.#assignments * EPOCHS_PER_ASSIGNMENT);
  }

  /** A dead process's partitions go to others after a while. */
  #replace(dead: Process): void {
    const { timeline, random } = this.#around;
    timeline.after(random.int(10, 400), () => {
      for (let partition = 0; partition < this.#assignee.length; partition++) {
        if (this.#assignee[partition] === dead) this.#assign(partition, this.#taker(partition));
      }
    });
  }
}
