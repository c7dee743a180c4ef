import { randomBytes } from 'node:crypto';
import { type Executions, functionInvoker, type Invoker, type NamedFunction } from '../actions/index.ts';
import { NOTIFY_PARENT, REVOKE } from '../engine/index.ts';
import type { Assigner, EventLog, Relay } from '../logs/index.ts';
import { LIMITS, type Limits } from '../model/limits.ts';
import type { ArnScope } from '../model/step-functions-arns.ts';
import type { StateStore } from '../stores/index.ts';
import { ActivityTasks } from './activity-tasks.ts';
import { type Clock, type Randomness, systemClock } from './clock.ts';
import { CommandSeal } from './command-seal.ts';
import { DefinitionNotices } from './definition-notices.ts';
import { Definitions } from './definitions.ts';
import { executions } from './executions.ts';
import type { Gateway, Health } from './gateway.ts';
import { LeaseAssigner } from './lease-assigner.ts';
import { localGateway } from './local-gateway.ts';
import { metricsOf } from './metrics.ts';
import { NoticeObserver } from './notice-observer.ts';
import { NoticeWatch } from './notice-watch.ts';
import { ownAll } from './own-all.ts';
import type { PartitionObserver } from './partition-ports.ts';
import { publishToLog } from './publish-to-log.ts';
import { notifyParentInvoker, revokeInvoker, startRunInvoker } from './run-invokers.ts';
import { RunWatch } from './run-watch.ts';
import { tracedInvoker } from './traced-invoker.ts';
import type { Watch } from './watch.ts';
import { type Logger, Worker } from './worker.ts';

export interface GatewayOptions {
  readonly log: EventLog;
  readonly store: StateStore;
  readonly limits?: Limits;
  readonly clock?: Clock;
  readonly randomness?: Randomness;
  /** Seals the engine's own events on a log that others can write to; the same in all processes. */
  readonly eventKey?: string;
  /** Where ARNs of state machines and executions say that they are; the same in all processes. */
  readonly arns?: ArnScope;
}

/** What of the engine further invokers may use. */
export interface InvokerPorts {
  readonly activities: ActivityTasks;
  /** The invoker of named functions. */
  readonly functions: Invoker;
  readonly executions: Executions;
  /** What ARNs say that are made up here. */
  readonly arns: ArnScope | undefined;
}

export interface WorkerOptions extends GatewayOptions {
  /** Named functions for actions of type `function`. */
  readonly functions?: ReadonlyMap<string, NamedFunction>;
  /** Further invokers by action type, such as `http` and `publish`. */
  readonly invokers?: (callbackKey: string, ports: InvokerPorts) => ReadonlyMap<string, Invoker>;
  readonly logger?: Logger;
  readonly batchRecords?: number;
  readonly heldRuns?: number;
  /** Milliseconds until a dead worker's partitions are others', where leases say whose they are; default 10 000. */
  readonly leaseMs?: number;
  readonly handOverMs?: number;
}

export type EngineOptions = WorkerOptions;

/** A gateway alone; the partitions are owned by workers in other processes. */
export interface GatewayProcess {
  readonly gateway: Gateway;
  stop(): Promise<void>;
}

/** A worker alone, of the partitions that are assigned to it. */
export interface WorkerProcess {
  readonly worker: Worker;
  health(): Promise<Health>;
  metrics: Gateway['metrics'];
  /** Finishes what is under way for at most `graceMs`, gives its partitions back, then stops. Log and store stay open. */
  stop(options?: { graceMs?: number }): Promise<void>;
}

export interface Engine {
  readonly gateway: Gateway;
  readonly worker: Worker;
  /** Finishes what is under way for at most `graceMs`, then stops. Log and store stay open. */
  stop(options?: { graceMs?: number }): Promise<void>;
}

const SILENT: Logger = { info() {}, warn() {}, error() {} };
export const systemRandomness: Randomness = { token: () => randomBytes(18).toString('base64url') };

/** A whole engine in this process, over any log and store: a worker and the gateway to it. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const shared = await sharedPartsOf(options);
  // Alone with its store, worker and gateway need nobody between them.
  const local = options.store.shared === undefined ? new RunWatch() : undefined;
  const worker = await startWorkerOver(shared, options, local);
  const gateway = await startGatewayOver(shared, local, worker);
  return {
    gateway: gateway.gateway,
    worker: worker.worker,
    async stop({ graceMs = 0 } = {}) {
      await worker.stop({ graceMs });
      await gateway.stop();
      shared.stop();
    },
  };
}

/** Over a store that several processes share. */
export async function startWorker(options: WorkerOptions): Promise<WorkerProcess> {
  const shared = await sharedPartsOf(options);
  const worker = await startWorkerOver(shared, options, undefined);
  return {
    ...worker,
    async stop(stopOptions) {
      await worker.stop(stopOptions);
      shared.stop();
    },
  };
}

/** Over a store that several processes share. */
export async function startGateway(options: GatewayOptions): Promise<GatewayProcess> {
  const shared = await sharedPartsOf(options);
  const gateway = await startGatewayOver(shared, undefined, undefined);
  return {
    gateway: gateway.gateway,
    async stop() {
      await gateway.stop();
      shared.stop();
    },
  };
}

/** What worker and gateway of one process have in common. */
interface SharedParts {
  readonly log: EventLog;
  readonly store: StateStore;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly definitions: Definitions;
  readonly notices: DefinitionNotices | undefined;
  readonly callbackKey: string;
  readonly seal: CommandSeal | undefined;
  readonly activities: ActivityTasks;
  stop(): void;
}

async function sharedPartsOf(options: GatewayOptions): Promise<SharedParts> {
  const { log, store } = options;
  const limits = options.limits ?? LIMITS;
  const clock = options.clock ?? systemClock;
  const randomness = options.randomness ?? systemRandomness;
  const definitions = new Definitions(store, limits, options.arns);
  const callbackKey = await store.addRecord('keys', 'callback', randomness.token());
  const notices = store.shared && new DefinitionNotices({ store, definitions, clock, randomness });
  await notices?.start();
  const activities = new ActivityTasks({ store, clock, randomness });
  return {
    log,
    store,
    limits,
    clock,
    randomness,
    definitions,
    notices,
    callbackKey,
    seal: options.eventKey === undefined ? undefined : new CommandSeal(options.eventKey),
    activities,
    stop() {
      notices?.stop();
      activities.stop();
    },
  };
}

async function startWorkerOver(
  parts: SharedParts,
  options: WorkerOptions,
  local: RunWatch | undefined,
): Promise<WorkerProcess> {
  const { log, store, limits, clock, randomness, definitions, callbackKey, seal } = parts;
  const remote = local === undefined ? new NoticeObserver(store.shared!.notices, clock) : undefined;
  await remote?.start();
  const observer: PartitionObserver = local ?? remote!;
  const functions = functionInvoker(options.functions ?? new Map());
  const outgoing = options.invokers?.(callbackKey, {
    activities: parts.activities,
    functions,
    executions: executions({ log, seal, clock, store, definitions }),
    arns: options.arns,
  });
  const installed: [string, Invoker][] = [
    ['function', functions],
    ['start-run', startRunInvoker({ log, seal, clock })],
    [NOTIFY_PARENT, notifyParentInvoker({ log, seal, clock, store })],
    ...(outgoing ?? []),
    ['publish', publishToLog({ log, definitions, limits, clock, elsewhere: outgoing?.get('publish') })],
  ];
  installed.push([REVOKE, revokeInvoker(new Map(installed))]);
  const invokers = new Map(installed.map(([kind, invoker]) => [kind, tracedInvoker(invoker)]));
  const worker = new Worker({
    log,
    store,
    definitions,
    invokers,
    clock,
    randomness,
    limits,
    seal,
    observer,
    logger: options.logger ?? SILENT,
    ...(options.batchRecords !== undefined && { batchRecords: options.batchRecords }),
    ...(options.heldRuns !== undefined && { heldRuns: options.heldRuns }),
    ...(options.handOverMs !== undefined && { handOverMs: options.handOverMs }),
  });
  const relay = await log.relay?.();
  await worker.join(assignerOf(parts, options));
  let stopping = false;
  return {
    worker,
    health: () => healthOf(parts, stopping, { worker, relay }),
    metrics: () => metricsOf(worker, log, clock),
    async stop({ graceMs = 0 } = {}) {
      stopping = true;
      await relay?.close();
      await worker.drain(graceMs);
      remote?.stop();
    },
  };
}

function assignerOf({ log, store, clock, randomness }: SharedParts, { leaseMs }: WorkerOptions): Assigner {
  if (log.assigner !== undefined) return log.assigner;
  const { shared } = store;
  if (shared === undefined) return ownAll(log.partitions);
  return new LeaseAssigner({
    shared,
    partitions: log.partitions,
    worker: randomness.token(),
    clock,
    ...(leaseMs !== undefined && { leaseMs }),
  });
}

async function startGatewayOver(
  parts: SharedParts,
  local: RunWatch | undefined,
  worker: WorkerProcess | undefined,
): Promise<GatewayProcess> {
  const { log, store, limits, clock, randomness, definitions, notices, callbackKey, seal } = parts;
  const remote =
    local === undefined
      ? new NoticeWatch({ notices: store.shared!.notices, store, clock, token: randomness.token() })
      : undefined;
  await remote?.start();
  const watch: Watch = local ?? remote!;
  let stopping = false;
  const gateway = localGateway({
    log,
    seal,
    store,
    definitions,
    ...(notices && { announce: notices.announce }),
    watch,
    clock,
    randomness,
    limits,
    callbackKey,
    activities: parts.activities,
    health: () => worker?.health() ?? healthOf(parts, stopping, {}),
    metrics: async () => worker?.metrics() ?? [],
  });
  return {
    gateway,
    async stop() {
      stopping = true;
      remote?.stop();
    },
  };
}

/** Ready: store and log answer, and the partitions of the worker, if there is one, move. */
async function healthOf(
  { store, log }: SharedParts,
  stopping: boolean,
  { worker, relay }: { readonly worker?: Worker; readonly relay?: Relay | undefined },
): Promise<Health> {
  const reasons = [...(worker?.reasons() ?? [])];
  if (relay?.trouble !== undefined) reasons.push(`ingress: ${relay.trouble}`);
  if (stopping) reasons.push('the engine is stopping');
  const asked = { store: store.ping(), ...(log.trusted !== true && { log: log.head(0) }) };
  const answers = await Promise.allSettled(Object.values(asked));
  for (const [i, name] of Object.keys(asked).entries()) {
    const answer = answers[i]!;
    if (answer.status === 'rejected') reasons.push(`${name}: ${messageOf(answer.reason)}`);
  }
  return { live: true, ready: reasons.length === 0, reasons };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
