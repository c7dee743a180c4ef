import type { NamedFunction } from '../../src/actions/index.ts';
import type { EventLog } from '../../src/logs/index.ts';
import { MemoryLog } from '../../src/logs/index.ts';
import type { CloudEvent } from '../../src/model/cloud-event.ts';
import type { TriggerDefinition } from '../../src/model/documents.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { STANDING_RUN } from '../../src/model/run.ts';
import { MemoryStore, type StateStore } from '../../src/stores/index.ts';
import { type Engine, startEngine } from '../../src/workers/index.ts';

export interface Storage {
  readonly log: EventLog;
  readonly store: StateStore;
}

export function memoryStorage(partitions = 2): Storage {
  return {
    log: new MemoryLog({ partitions }),
    store: new MemoryStore({ partitions, limits: LIMITS, now: Date.now }),
  };
}

/** An engine whose function `fired` notes its inputs. */
export class StandingEngine {
  readonly fired: unknown[];
  readonly engine: Engine;

  private constructor(engine: Engine, fired: unknown[]) {
    this.engine = engine;
    this.fired = fired;
  }

  static async start(
    { log, store }: Storage = memoryStorage(),
    functions: Readonly<Record<string, NamedFunction>> = {},
  ): Promise<StandingEngine> {
    const fired: unknown[] = [];
    const note: NamedFunction = (input) => void fired.push(input);
    const all = new Map<string, NamedFunction>([['fired', note], ...Object.entries(functions)]);
    return new StandingEngine(await startEngine({ log, store, functions: all }), fired);
  }

  async deploy(workflow: string, triggers: readonly TriggerDefinition[]): Promise<void> {
    await this.engine.gateway.putWorkflow(workflow, {
      format: 'triggers',
      definition: { run: 'standing', history: true, triggers },
    });
  }

  async publish(workflow: string, ...events: readonly Partial<CloudEvent>[]): Promise<void> {
    await this.engine.gateway.publish(
      events.map((event) => ({
        specversion: '1.0',
        id: '1',
        source: '/line',
        type: 'part',
        workflow,
        run: STANDING_RUN,
        ...event,
      })),
    );
  }

  async context(workflow: string, trigger: string) {
    const contexts = await this.engine.gateway.contexts(workflow, STANDING_RUN);
    return contexts.find((context) => context.trigger === trigger);
  }
  deadLetters() {
    return this.engine.gateway.listDeadLetters({}, { limit: 100 }).then(({ items }) => items);
  }
  /** Inputs that the run has taken. */
  async taken(workflow: string): Promise<number> {
    const { items } = await this.engine.gateway.history(workflow, STANDING_RUN, { limit: 1000 });
    return items.filter(({ kind }) => kind === 'event').length;
  }
  stop(): Promise<void> {
    return this.engine.stop({ graceMs: 1_000 });
  }
}

export function joinOf(expected: number, id = 'join'): TriggerDefinition {
  return {
    id,
    activationEvents: [{ type: 'part' }],
    condition: { type: 'join', expected },
    actions: [{ type: 'function', name: 'fired', input: id }],
  };
}
export function always(id: string, type: string, more: Partial<TriggerDefinition> = {}): TriggerDefinition {
  return {
    id,
    activationEvents: [{ type }],
    condition: { type: 'always' },
    actions: [{ type: 'function', name: 'fired', input: id }],
    ...more,
  };
}

export function parts(from: number, to: number): Partial<CloudEvent>[] {
  return Array.from({ length: to - from + 1 }, (_, i) => ({
    id: `${from + i}`,
    subject: `part.${from + i}`,
  }));
}
