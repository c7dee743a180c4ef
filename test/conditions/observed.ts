import type { CompiledWorkflow } from '../../src/engine/index.ts';
import type { CloudEvent } from '../../src/model/cloud-event.ts';
import type { ActivationEvent, ConditionDefinition, TriggerDefinition } from '../../src/model/documents.ts';
import { type DriveOptions, Driver, START } from '../engine/drive.ts';

export interface ObservedOptions extends DriveOptions {
  readonly activationEvents?: readonly ActivationEvent[];
  /** What the actions read of the firing, as templates. */
  readonly show?: Readonly<Record<string, unknown>>;
  /** Outcomes with actions; default those that conditions name by themselves. */
  readonly outcomes?: readonly string[];
  readonly trigger?: Partial<TriggerDefinition>;
}

export interface Outcome {
  readonly name: string;
  readonly shown: unknown;
  /** Milliseconds since the start. */
  readonly at: number;
}

const TYPES = ['a', 'b', 'c', 'expected'].map((type) => ({ type }));

/** One trigger on the real engine, with a clock of its own; tells which outcomes its condition had, and when. */
export class Observed {
  readonly driver: Driver;
  readonly outcomes: Outcome[] = [];
  #heard = 0;

  constructor(condition: ConditionDefinition, options: ObservedOptions = {}) {
    const { activationEvents = TYPES, show = {}, outcomes = ['fire', 'expired'], trigger } = options;
    const announce = (name: string) =>
      [name, [{ type: 'emit', event: 'outcome', subject: name, data: show }]] as const;
    this.driver = new Driver(
      {
        run: 'standing',
        triggers: [
          {
            id: 'observed',
            activationEvents,
            condition,
            actions: Object.fromEntries(outcomes.map(announce)),
            ...trigger,
          },
        ],
      },
      options,
    );
  }

  get workflow(): CompiledWorkflow {
    return this.driver.workflow;
  }
  get names(): string[] {
    return this.outcomes.map(({ name }) => name);
  }
  get count(): number {
    return this.outcomes.length;
  }
  get shown(): unknown {
    return this.outcomes.at(-1)?.shown;
  }
  get deadLetters(): readonly { reason: string; message: string; event?: CloudEvent }[] {
    return this.driver.out.deadLetters;
  }
  get context() {
    return [...(this.driver.run.root.contexts?.values() ?? [])].find(
      ({ trigger }) => trigger.id === 'observed',
    );
  }

  send(type: string, subject?: string, more: Partial<CloudEvent> = {}): this {
    this.driver.event(type, subject, more);
    return this.listen();
  }

  /** Moves the clock to so many milliseconds after the start; timers due until then fire at their time. */
  to(ms: number): this {
    const until = START + ms;
    for (;;) {
      const due = [...(this.driver.run.timers?.values() ?? [])].filter(({ at }) => at <= until);
      if (due.length === 0) break;
      this.driver.tick();
      this.listen();
    }
    this.driver.now = until;
    return this;
  }

  /** Takes note of outcomes since the last call. */
  listen(): this {
    const { events, now } = this.driver;
    for (const event of events.slice(this.#heard)) {
      if (event.type !== 'outcome') continue;
      this.outcomes.push({ name: event.subject!, shown: event.data, at: now - START });
    }
    this.#heard = events.length;
    return this;
  }
}
