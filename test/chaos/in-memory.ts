import { pino } from 'pino';
import { outgoingInvokers } from '../../src/cli/outgoing-invokers.ts';
import { TidegateClient } from '../../src/client/index.ts';
import { createFrontend } from '../../src/frontend/index.ts';
import { MemoryLog } from '../../src/logs/index.ts';
import { partitionOf } from '../../src/model/partition.ts';
import { MemoryStore } from '../../src/stores/index.ts';
import { startEngine } from '../../src/workers/index.ts';
import { until } from '../servers/waiting.ts';
import { Random } from '../simulator/world/random.ts';
import { check } from './checkers/index.ts';
import { Ledger } from './ledger.ts';
import { WORKLOADS } from './load/index.ts';
import { PARTITIONS } from './options.ts';
import { CHAOS_LIMITS, type ChaosOutcome, readOutcome } from './outcome.ts';
import { Producer } from './producer.ts';
import { Functions } from './world/functions.ts';

/** Enough for every kind of poison. */
const TURNS = 10;
const LIMIT_MS = 30_000;

/** The load of a chaos run for some turns, without faults, over log and store in memory: an outcome that holds. */
export async function calmOutcome(seed: number): Promise<ChaosOutcome> {
  const random = new Random(seed);
  const logger = pino({ level: 'silent' });
  const log = new MemoryLog({ partitions: PARTITIONS });
  const store = new MemoryStore({ partitions: PARTITIONS, limits: CHAOS_LIMITS, now: Date.now });
  const functions = new Functions(random.fork());
  functions.calm = true;
  const functionsAt = await functions.listen();
  let address = '';
  const outgoing = outgoingInvokers({}, CHAOS_LIMITS, () => address);
  const engine = await startEngine({
    log,
    store,
    limits: CHAOS_LIMITS,
    invokers: outgoing.of,
    eventKey: 'of this run',
  });
  const frontend = createFrontend(engine.gateway, { logger });
  address = await frontend.listen({ port: 0 });
  const ledger = new Ledger();
  const workloads = WORKLOADS.map((make) => make({ functions: functionsAt, ledger }));
  const client = new TidegateClient(address);
  const direct = {
    publish: async (text: string, key = 'any') =>
      void (await log.append(partitionOf(key, PARTITIONS), [text])),
    close: async () => {},
  };
  const producer = new Producer([address], direct, ledger, random.fork());
  try {
    for (const { name, format, definition } of workloads.flatMap(({ workflows }) => workflows))
      await client.putWorkflow(name, format, definition);
    for (let turn = 0; turn < TURNS; turn++)
      for (const workload of workloads)
        for (const deed of workload.turn(random, turn)) producer.perform(deed);
    const observed = { ledger, functionCalls: functions.calls, owners: [], losses: 0, noticed: [] };
    await until(
      async () =>
        producer.outstanding === 0 &&
        functions.reporting === 0 &&
        check(await readOutcome(store, observed)).length === 0,
      { what: 'the load to come to rest', limitMs: LIMIT_MS, pollMs: 250 },
    ).catch(() => undefined);
    return await readOutcome(store, observed);
  } finally {
    await producer.close();
    await client.close();
    await frontend.close();
    await engine.stop();
    await outgoing.close();
    await functions.close();
  }
}
