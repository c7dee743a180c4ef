import { randomBytes } from 'node:crypto';
import { functionInvoker, type Invoker, type NamedFunction } from '../actions/index.ts';
import { NOTIFY_PARENT } from '../engine/index.ts';
import type { EventLog } from '../logs/index.ts';
import { LIMITS, type Limits } from '../model/limits.ts';
import type { StateStore } from '../stores/index.ts';
import { type Clock, type Randomness, systemClock } from './clock.ts';
import { Definitions } from './definitions.ts';
import type { Gateway, Health } from './gateway.ts';
import { localGateway } from './local-gateway.ts';
import { metricsOf } from './metrics.ts';
import { ownAll } from './own-all.ts';
import { notifyParentInvoker, startRunInvoker } from './run-invokers.ts';
import { RunWatch } from './run-watch.ts';
import { type Logger, Worker } from './worker.ts';

export interface EngineOptions {
  readonly log: EventLog;
  readonly store: StateStore;
  readonly limits?: Limits;
  /** Named functions for actions of type `function`. */
  readonly functions?: ReadonlyMap<string, NamedFunction>;
  /** Further invokers by action type, such as `http` and `publish`; they get the key that signs callbacks. */
  readonly invokers?: (callbackKey: string) => ReadonlyMap<string, Invoker>;
  readonly clock?: Clock;
  readonly randomness?: Randomness;
  readonly logger?: Logger;
  readonly batchRecords?: number;
  readonly heldRuns?: number;
}

export interface Engine {
  readonly gateway: Gateway;
  readonly worker: Worker;
  /** Finishes what is under way for at most `graceMs`, then stops. Log and store stay open. */
  stop(options?: { graceMs?: number }): Promise<void>;
}

const SILENT: Logger = { info() {}, warn() {}, error() {} };
const systemRandomness: Randomness = { token: () => randomBytes(18).toString('base64url') };

/** A whole engine in this process, over any log and store: a worker of all partitions and the gateway to it. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { log, store } = options;
  const limits = options.limits ?? LIMITS;
  const clock = options.clock ?? systemClock;
  const randomness = options.randomness ?? systemRandomness;
  const logger = options.logger ?? SILENT;
  const definitions = new Definitions(store, limits);
  const watch = new RunWatch();
  const callbackKey = await store.addRecord('keys', 'callback', randomness.token());
  const invokers = new Map<string, Invoker>([
    ['function', functionInvoker(options.functions ?? new Map())],
    ['start-run', startRunInvoker(log)],
    [NOTIFY_PARENT, notifyParentInvoker(log)],
    ...(options.invokers?.(callbackKey) ?? []),
  ]);
  const worker = new Worker({
    log,
    store,
    definitions,
    invokers,
    clock,
    randomness,
    limits,
    observer: watch,
    logger,
    ...(options.batchRecords !== undefined && { batchRecords: options.batchRecords }),
    ...(options.heldRuns !== undefined && { heldRuns: options.heldRuns }),
  });
  let stopping = false;
  const gateway = localGateway({
    log,
    store,
    definitions,
    watch,
    clock,
    randomness,
    limits,
    callbackKey,
    health: () => healthOf(worker, store, stopping),
    metrics: () => metricsOf(worker),
  });
  await worker.join(ownAll(log.partitions));
  return {
    gateway,
    worker,
    async stop({ graceMs = 0 } = {}) {
      stopping = true;
      await worker.drain(graceMs);
    },
  };
}

async function healthOf(worker: Worker, store: StateStore, stopping: boolean): Promise<Health> {
  const reasons = [...worker.troubles].map(([partition, trouble]) => `partition ${partition}: ${trouble}`);
  if (stopping) reasons.push('the engine is stopping');
  try {
    await store.ping();
  } catch (error) {
    reasons.push(`store: ${error instanceof Error ? error.message : String(error)}`);
  }
  return { live: true, ready: reasons.length === 0, reasons };
}
