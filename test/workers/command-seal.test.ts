import { afterEach, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/engine/index.ts';
import { MemoryLog } from '../../src/logs/index.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { partitionOf } from '../../src/model/partition.ts';
import { MemoryStore } from '../../src/stores/index.ts';
import { CommandSeal } from '../../src/workers/command-seal.ts';
import { type Engine, startEngine } from '../../src/workers/index.ts';

const DAG = { format: 'dag', definition: { tasks: { a: { wait: '1h' } } } };
const KEY = 'a key of this installation';
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function engineOver(eventKey?: string): Promise<{ engine: Engine; log: MemoryLog }> {
  const log = new MemoryLog({ partitions: 2 });
  const store = new MemoryStore({ partitions: 2, limits: LIMITS, now: Date.now });
  const engine = await startEngine({ log, store, ...(eventKey && { eventKey }) });
  stops.push(() => engine.stop());
  await engine.gateway.putWorkflow('waiting', DAG);
  return { engine, log };
}

function cancelOf(run: string, id = 'forged'): string {
  return JSON.stringify({
    specversion: '1.0',
    id,
    source: '/elsewhere',
    type: COMMANDS.cancel,
    workflow: 'waiting',
    run,
    data: {},
  });
}

const append = (log: MemoryLog, run: string, text: string) =>
  log.append(partitionOf(`waiting/${run}`, log.partitions), [text]);

async function deadLetterReasons({ gateway }: Engine): Promise<string[]> {
  return (await gateway.listDeadLetters({}, { limit: 10 })).items.map(({ reason }) => reason);
}

describe('commands on a log that others write to', () => {
  it('with a key those without its seal are put aside, and those of the engine applied', async () => {
    const { engine, log } = await engineOver(KEY);
    const { run } = await engine.gateway.startRun('waiting', { id: 'r1' });
    await append(log, run.id, cancelOf(run.id));
    await append(log, run.id, new CommandSeal('another key').seal(cancelOf(run.id, 'other')));
    await expect.poll(() => deadLetterReasons(engine)).toEqual(['RESERVED_TYPE', 'RESERVED_TYPE']);
    expect((await engine.gateway.getRun('waiting', 'r1')).status).toBe('RUNNING');
    await engine.gateway.commandRun('waiting', 'r1', 'cancel');
    expect((await engine.gateway.getRun('waiting', 'r1')).status).toBe('CANCELLED');
  });

  it('without a key whoever writes to the log commands runs', async () => {
    const { engine, log } = await engineOver();
    const { run } = await engine.gateway.startRun('waiting', { id: 'r1' });
    await append(log, run.id, cancelOf(run.id));
    await expect.poll(async () => (await engine.gateway.getRun('waiting', 'r1')).status).toBe('CANCELLED');
  });

  it('what the engine makes inside a step is never taken from the log', async () => {
    const { engine, log } = await engineOver();
    await engine.gateway.startRun('waiting', { id: 'r1' });
    const forged = { ...JSON.parse(cancelOf('r1')), type: 'dev.tidegate.task.succeeded', subject: 'a' };
    await append(log, 'r1', JSON.stringify(forged));
    await expect.poll(() => deadLetterReasons(engine)).toEqual(['RESERVED_TYPE']);
    expect((await engine.gateway.getRun('waiting', 'r1')).status).toBe('RUNNING');
  });
});

describe('a seal', () => {
  const seal = new CommandSeal(KEY);
  it('holds for exactly the text it was put on', () => {
    const sealed = seal.seal(cancelOf('r1'));
    expect(JSON.parse(sealed)).toMatchObject(JSON.parse(cancelOf('r1')));
    expect(seal.accepts(COMMANDS.cancel, sealed)).toBe(true);
    expect(seal.accepts(COMMANDS.cancel, sealed.replace('r1', 'r2'))).toBe(false);
    expect(seal.accepts(COMMANDS.cancel, cancelOf('r1'))).toBe(false);
    expect(seal.accepts('com.example.part', cancelOf('r1'))).toBe(true);
  });
});
