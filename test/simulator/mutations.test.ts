import { describe, expect, it } from 'vitest';
import { Members } from '../../src/conditions/index.ts';
import type { CompiledWorkflow } from '../../src/engine/index.ts';
import { MemoryStore } from '../../src/stores/memory-store.ts';
import type { Checkpoint } from '../../src/stores/state-store.ts';
import { CheckpointWriter } from '../../src/workers/checkpoint-writer.ts';
import { DedupeWindow } from '../../src/workers/dedupe-window.ts';
import { type Sabotage, simulate } from './simulation.ts';
import { BreakableDefinitions } from './world/breakable-definitions.ts';
import type { Process } from './world/process.ts';

/** A store that takes a checkpoint from anybody: no token, no number is compared. */
class TrustingStore extends MemoryStore {
  override async checkpoint(checkpoint: Checkpoint): Promise<void> {
    const inner = this as unknown as { snapshot(): { partitions: { owner: unknown; checkpoint: number }[] } };
    const state = inner.snapshot();
    const part = state.partitions[checkpoint.partition]!;
    part.owner = checkpoint.owner;
    part.checkpoint = checkpoint.number - 1;
    this.restore(state);
    await super.checkpoint(checkpoint);
  }
}

/** A store that forgets which events were applied. */
class ForgetfulStore extends MemoryStore {
  override checkpoint(checkpoint: Checkpoint): Promise<void> {
    return super.checkpoint({ ...checkpoint, dedupe: new Uint32Array(0), dedupeDropped: 0 });
  }
}

/** A store that moves the position but loses what the batch changed, now and then. */
class LossyStore extends MemoryStore {
  override checkpoint(checkpoint: Checkpoint): Promise<void> {
    const runs = checkpoint.number % 7 === 0 ? checkpoint.runs.slice(1) : checkpoint.runs;
    return super.checkpoint({ ...checkpoint, runs });
  }
}

/** A store that moves the position one batch ahead of the state. */
class HastyStore extends MemoryStore {
  override checkpoint(checkpoint: Checkpoint): Promise<void> {
    return super.checkpoint({
      ...checkpoint,
      position: checkpoint.position + (checkpoint.number % 5 === 0 ? 1 : 0),
    });
  }
}

/** A store that drops dead letters. */
class SilentStore extends MemoryStore {
  override checkpoint(checkpoint: Checkpoint): Promise<void> {
    return super.checkpoint({ ...checkpoint, deadLetters: [] });
  }
}

/** A store that forgets the events that wait for a trigger. */
class ImpatientStore extends MemoryStore {
  override checkpoint(checkpoint: Checkpoint): Promise<void> {
    const runs = checkpoint.runs.map((run) => ({
      ...run,
      cells: run.cells.filter(([cell]) => !cell.startsWith('b')),
    }));
    return super.checkpoint({ ...checkpoint, runs });
  }
}

/** Definitions that stop whoever asks for one that does not compile. */
class StrictDefinitions extends BreakableDefinitions {
  override async newest(name: string): Promise<CompiledWorkflow | undefined> {
    return this.#orStop(await super.newest(name), this.faultOf(name));
  }
  override async get(name: string, version: number): Promise<CompiledWorkflow | undefined> {
    return this.#orStop(await super.get(name, version), this.faultOf(name, version));
  }
  #orStop<T>(found: T, fault: Error | undefined): T {
    if (fault !== undefined) throw fault;
    return found;
  }
}

/** Conditions that count, beside what they are given, how often they were asked in this process. */
class ImpureDefinitions extends BreakableDefinitions {
  #asked = 0;
  override async newest(name: string): Promise<CompiledWorkflow | undefined> {
    return this.#impure(await super.newest(name));
  }
  override async get(name: string, version: number): Promise<CompiledWorkflow | undefined> {
    return this.#impure(await super.get(name, version));
  }
  #impure(workflow: CompiledWorkflow | undefined): CompiledWorkflow | undefined {
    for (const trigger of workflow?.triggers.values() ?? []) {
      const { condition } = trigger;
      const evaluate: typeof condition.evaluate = (...args) =>
        condition.evaluate(...args) ?? (++this.#asked % 10 === 0 ? 'fire' : undefined);
      Object.assign(trigger, { condition: { ...condition, evaluate } });
    }
    return workflow;
  }
}

/** A store whose losses leave the positions where they were. */
class TornStore extends MemoryStore {
  override restore(snapshot: unknown): void {
    type State = { partitions: { position: number }[] };
    const before = (this.snapshot() as State).partitions.map(({ position }) => position);
    super.restore(snapshot);
    const torn = this.snapshot() as State;
    for (const [i, partition] of torn.partitions.entries()) partition.position = before[i]!;
    super.restore(torn);
  }
}

/** Completions get lost on their way back to the loop. */
function deaf({ worker }: Process): void {
  const dispatcher = worker.dispatcher as unknown as { perform: (...args: unknown[]) => void };
  const perform = dispatcher.perform.bind(dispatcher);
  let count = 0;
  dispatcher.perform = (effect, complete) => {
    perform(effect, (completion: unknown) => {
      if (count++ % 4 !== 0) (complete as (completion: unknown) => void)(completion);
    });
  };
}

/** Does something with a method of a prototype broken, and mends it. */
async function broken<T extends object, K extends keyof T>(
  prototype: T,
  name: K,
  make: (right: T[K]) => T[K],
  work: () => Promise<void>,
): Promise<void> {
  const right = prototype[name];
  prototype[name] = make(right);
  try {
    await work();
  } finally {
    prototype[name] = right;
  }
}

/** Seeds until one breaks a promise so that the pattern finds it, at most 150. */
async function expectViolation(sabotage: Sabotage, pattern: RegExp): Promise<void> {
  const others = new Set<string>();
  for (let seed = 1; seed <= 150; seed++) {
    const { violations } = await simulate({ seed, sabotage });
    if (violations.some((line) => pattern.test(line))) return;
    for (const line of violations) others.add(line);
  }
  expect([...others].join('\n')).toMatch(pattern);
}

describe('the checkers notice', () => {
  const store = (
    make: new (...args: ConstructorParameters<typeof MemoryStore>) => MemoryStore,
  ): Sabotage => ({
    store: (options) => new make(options),
  });

  it('P5: a store that compares neither token nor number', async () => {
    await expectViolation(store(TrustingStore), /P5/);
  });
  it('P2: dedupe marks that are not kept', async () => {
    await expectViolation(store(ForgetfulStore), /P2: run .* took event .* twice/);
  });
  it('P8: state that does not move with the position', async () => {
    await expectViolation(store(LossyStore), /P[1-8]/);
  });
  it('P1: a position that runs ahead', async () => {
    await expectViolation(store(HastyStore), /P1: /);
  });
  it('P7: early events that are not stored', async () => {
    await expectViolation(store(ImpatientStore), /P7: /);
  });
  it('P8: conditions that ask for more than their inputs', async () => {
    await expectViolation({ definitions: (...args) => new ImpureDefinitions(...args) }, /P8: /);
  });
  it('P9, P10: a definition that stops its partition', async () => {
    await expectViolation(
      { definitions: (...args) => new StrictDefinitions(...args) },
      /P9: still busy|P1: /,
    );
  });
  it('P1: dead letters that are not kept', async () => {
    await expectViolation(store(SilentStore), /P1: /);
  });
  it('P11: a loss that takes the state back but not the positions', async () => {
    await expectViolation(store(TornStore), /P[168]: /);
  });
  it('P6: completions that get lost', async () => {
    await expectViolation({ worker: deaf }, /P6: /);
  });
  it('P2: a dedupe window that lets everything through', () =>
    broken(
      DedupeWindow.prototype,
      'add',
      (add) =>
        function (this: DedupeWindow, hash) {
          add.call(this, hash);
          return true;
        },
      () => expectViolation({}, /P2: /),
    ));
  it('P3: a join that counts a member each time it comes', () =>
    broken(
      Members.prototype,
      'add',
      (add) =>
        function (this: Members, key, ...rest) {
          return add.call(this, this.has(key) ? `${key} again ${this.size}` : key, ...rest);
        },
      () => expectViolation({}, /P3: /),
    ));
  it('P4: effects that go out before their checkpoint is acknowledged', () =>
    broken(
      CheckpointWriter.prototype,
      'write',
      (write) =>
        function (this: CheckpointWriter, content, acknowledged) {
          acknowledged();
          return write.call(this, content, () => {});
        },
      () => expectViolation({}, /P4: effect .* before its checkpoint/),
    ));
});
