import { COMMAND_PREFIX } from '../engine/index.ts';
import type { EventLog, LogRecord } from '../logs/event-log.ts';
import { type CloudEvent, RESERVED_TYPE_PREFIX } from '../model/cloud-event.ts';
import { parseEvent } from '../model/cloud-event-codec.ts';
import { TidegateError } from '../model/errors.ts';
import type { Limits } from '../model/limits.ts';
import { partitionOf } from '../model/partition.ts';
import { runKeyOf } from '../model/run.ts';
import type { CommandSeal } from './command-seal.ts';
import type { Definitions } from './definitions.ts';
import { keyOf, routesOf, runFor } from './router.ts';

/** A record of the batch, parsed and routed. */
export interface Arrival {
  readonly offset: number;
  readonly text: string;
  /** Undefined: it could not be parsed, belongs to nobody (`fault` says why), or was passed on to another partition. */
  readonly key: string | undefined;
  readonly event: CloudEvent | undefined;
  readonly fault: TidegateError | undefined;
}

/** Characters of events for other partitions that are held before they are appended there. */
const MOST_ELSEWHERE = 1_048_576;

/** Reads the records of one partition: parses them and finds the run each is for. */
export class Arrivals {
  readonly #log: EventLog;
  readonly #definitions: Definitions;
  readonly #partition: number;
  readonly #limits: Limits;
  readonly #isHeld: (key: string) => boolean;
  /** Routed to other partitions and not in the log again yet, by partition. */
  readonly #elsewhere = new Map<number, string[]>();
  #elsewhereLength = 0;
  /** The key before: streams often stay with one run, and its key need not be built and hashed again. */
  #lastWorkflow: string | undefined;
  #lastRun: string | undefined;
  #lastKey = '';

  readonly #seal: CommandSeal | undefined;

  constructor(
    log: EventLog,
    definitions: Definitions,
    partition: number,
    limits: Limits,
    isHeld: (key: string) => boolean,
    seal?: CommandSeal,
  ) {
    this.#seal = seal;
    this.#log = log;
    this.#definitions = definitions;
    this.#partition = partition;
    this.#limits = limits;
    this.#isHeld = isHeld;
  }

  /** What can be said of a record without a look-up; `route` does the rest where neither key nor fault is known. */
  read({ offset, value }: LogRecord): Arrival {
    try {
      const event = this.#log.trusted ? (JSON.parse(value) as CloudEvent) : parseEvent(value, this.#limits);
      const fault = event.type.startsWith(RESERVED_TYPE_PREFIX) ? this.#forgery(event, value) : undefined;
      return { offset, text: value, event, key: this.#knownKey(event), fault };
    } catch (error) {
      if (error instanceof TidegateError)
        return { offset, text: value, event: undefined, key: undefined, fault: error };
      if (!(error instanceof SyntaxError)) throw error;
      const fault = new TidegateError('INVALID_JSON', error.message);
      return { offset, text: value, event: undefined, key: undefined, fault };
    }
  }

  /** Of the engine's own events only commands come through the log, sealed where there is a key. */
  #forgery({ type }: CloudEvent, text: string): TidegateError | undefined {
    if (!type.startsWith(COMMAND_PREFIX))
      return new TidegateError('RESERVED_TYPE', `${type} is made inside the engine, never sent to it`);
    if (this.#seal === undefined || this.#seal.accepts(type, text)) return undefined;
    return new TidegateError('RESERVED_TYPE', `${type} is not sealed with the key of this installation`);
  }

  #knownKey(event: CloudEvent): string | undefined {
    const { workflow } = event;
    if (workflow === undefined) return undefined;
    const run = event.run ?? this.#runOfNewest(workflow, event);
    if (run === undefined) return undefined;
    if (workflow === this.#lastWorkflow && run === this.#lastRun) return this.#lastKey;
    const key = runKeyOf(workflow, run);
    if (!this.#isHeld(key) && partitionOf(key, this.#log.partitions) !== this.#partition) return undefined;
    this.#lastWorkflow = workflow;
    this.#lastRun = run;
    this.#lastKey = key;
    return key;
  }

  #runOfNewest(name: string, event: CloudEvent): string | undefined {
    const workflow = this.#definitions.peekNewest(name);
    return workflow === undefined || workflow === null ? undefined : runFor(workflow, event);
  }

  /** Finds the runs of an event that needs looking up; for those of other partitions it goes there with `passOn`. */
  async route({ offset, text, event }: Arrival & { readonly event: CloudEvent }): Promise<Arrival[]> {
    const routes = await routesOf(event, this.#definitions);
    const arrivals: Arrival[] = [];
    for (const route of routes) {
      const key = keyOf(route);
      const target = partitionOf(key, this.#log.partitions);
      const addressed = { ...event, workflow: route.workflow, run: route.run };
      if (target === this.#partition)
        arrivals.push({ offset, text, event: addressed, key, fault: undefined });
      else this.#addElsewhere(target, JSON.stringify(addressed));
    }
    if (this.#elsewhereLength > MOST_ELSEWHERE) await this.passOn();
    if (routes.length > 0) return arrivals;
    return [{ offset, text, event, key: undefined, fault: await this.#whyNobody(event) }];
  }

  /** Sends an event of the engine's own to the run it is for, with the next `passOn`. */
  send(event: CloudEvent): void {
    const text = JSON.stringify(event);
    const target = partitionOf(runKeyOf(event.workflow!, event.run!), this.#log.partitions);
    this.#addElsewhere(target, this.#seal?.seal(text) ?? text);
  }

  #addElsewhere(partition: number, value: string): void {
    const values = this.#elsewhere.get(partition);
    if (values === undefined) this.#elsewhere.set(partition, [value]);
    else values.push(value);
    this.#elsewhereLength += value.length;
  }

  /** Resolves once the log has all that belongs to other partitions; this one's position must not advance before. */
  async passOn(): Promise<void> {
    if (this.#elsewhere.size === 0) return;
    const appends = [...this.#elsewhere].map(([partition, values]) => this.#log.append(partition, values));
    this.#elsewhere.clear();
    this.#elsewhereLength = 0;
    await Promise.all(appends);
  }

  async #whyNobody(event: CloudEvent): Promise<TidegateError> {
    if (event.workflow === undefined) {
      return new TidegateError('EVENT_WITHOUT_RUN', `no workflow subscribes to events of type ${event.type}`);
    }
    if ((await this.#definitions.newest(event.workflow)) === undefined) {
      const fault = this.#definitions.faultOf(event.workflow);
      if (fault !== undefined) return fault;
      return new TidegateError('EVENT_FOR_UNKNOWN_WORKFLOW', `there is no workflow "${event.workflow}"`);
    }
    return new TidegateError(
      'EVENT_WITHOUT_RUN',
      `the event names no run, and workflow "${event.workflow}" finds none for it`,
    );
  }
}
