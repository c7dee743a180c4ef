import type { FastifyBaseLogger } from 'fastify';
import type { Invoker, NamedFunction } from '../actions/index.ts';
import { createFrontend, DEFAULT_HOST, DEFAULT_PORT, type FrontendOptions } from '../frontend/index.ts';
import { MemoryLog, openEmbedded } from '../logs/index.ts';
import { LIMITS, type Limits } from '../model/limits.ts';
import type { ArnScope } from '../model/step-functions-arns.ts';
import { MemoryStore } from '../stores/index.ts';
import { type Gateway, startEngine } from '../workers/index.ts';
import type { Ground } from './ground.ts';
import { createLogger } from './logger.ts';
import { type OutgoingSettings, outgoingInvokers } from './outgoing-invokers.ts';
import { performAlone } from './perform-alone.ts';

/** What an embedding program may choose; nothing has to be. */
export interface TidegateOptions extends OutgoingSettings {
  /** A log and a store of your own choice, instead of those in `dataDir`; `close` is called at the end. */
  readonly ground?: () => Promise<Omit<Ground, 'shared'>>;
  /** Folder of log and store, made if it is missing; default `.tidegate`. `memory`: nothing outlives the process. */
  readonly dataDir?: string | { readonly memory: true };
  /** Milliseconds until a dead process's partitions are others', where several share the ground; default 10 000. */
  readonly leaseMs?: number;
  readonly handOverMs?: number;
  /** Seals the engine's own events on a log that others can write to; the same in all processes. */
  readonly eventKey?: string;
  /** Where ARNs of state machines and executions say that they are; default us-east-1, account 123456789012. */
  readonly arns?: ArnScope;
  /** Runs kept in memory per partition; default 200 000. */
  readonly heldRuns?: number;
  /** Fixed when the folder is made; default 4. */
  readonly partitions?: number;
  /** `full` (default): what was acknowledged survives a power cut; `normal`: a crash of the process only. */
  readonly synchronous?: 'full' | 'normal';
  /** Milliseconds a finished run is kept; default: until the limit `finishedRuns`. */
  readonly retentionMs?: number;
  /** Functions for actions of type `function`, by name. */
  readonly functions?: Readonly<Record<string, NamedFunction>>;
  /** Limits that differ from the defaults. */
  readonly limits?: Partial<Limits>;
  /** The REST front end; absent: none is served. `baseUrl` of callbacks defaults to its address. */
  readonly frontend?: FrontendOptions & { readonly host?: string; readonly port?: number };
  /** Default: warnings and errors to standard error. */
  readonly logger?: FastifyBaseLogger;
}

export interface Tidegate {
  /** Everything the engine can be asked. */
  readonly gateway: Gateway;
  /** Where the front end listens; undefined without one. */
  readonly address: string | undefined;
  /** Takes no more requests, lets calls under way finish for `graceMs` (default 10 s), writes everything, and lets go of the folder. */
  stop(options?: { graceMs?: number }): Promise<void>;
}

const DEFAULT_PARTITIONS = 4;
const DEFAULT_GRACE_MS = 10_000;

/**
 * A whole Tidegate in this process. Rejects with STORE_LOCKED, STORE_CORRUPT, STORE_VERSION, PARTITIONS_CHANGED,
 * STORE_FULL, STORE_UNAVAILABLE or INVALID_CONFIGURATION; then nothing is left open.
 *
 * ```ts
 * const tidegate = await startTidegate({ functions: { greet: (name) => `Hello, ${name}` } });
 * const { run } = await tidegate.gateway.startRun('greeting', { input: 'Ada' }, { waitMs: 10_000 });
 * await tidegate.stop();
 * ```
 */
export async function startTidegate(options: TidegateOptions = {}): Promise<Tidegate> {
  const limits: Limits = { ...LIMITS, ...options.limits };
  const logger = options.logger ?? createLogger('warn');
  const address = new Address(options);
  const outgoing = outgoingInvokers(options, limits, () => address.baseUrl());
  const { log, store, close } = await (options.ground?.() ?? openStorage(options, limits));
  const opened: (() => Promise<void>)[] = [close, () => outgoing.close()];
  const closeAll = async () => {
    for (let next = opened.pop(); next; next = opened.pop()) await next();
  };
  let graceful = DEFAULT_GRACE_MS;
  let task: Invoker | undefined;
  try {
    const engine = await startEngine({
      log,
      store,
      limits,
      functions: new Map(Object.entries(options.functions ?? {})),
      invokers(key, ports) {
        const invokers = outgoing.of(key, ports);
        task = invokers.get('task');
        return invokers;
      },
      logger,
      ...(options.leaseMs !== undefined && { leaseMs: options.leaseMs }),
      ...(options.handOverMs !== undefined && { handOverMs: options.handOverMs }),
      ...(options.arns !== undefined && { arns: options.arns }),
      ...(options.eventKey !== undefined && { eventKey: options.eventKey }),
      ...(options.heldRuns !== undefined && { heldRuns: options.heldRuns }),
    });
    opened.push(() => engine.stop({ graceMs: graceful }));
    if (options.frontend) {
      const { stepFunctions = {} } = options.frontend;
      const performTask = task && performAlone(task);
      const frontend = createFrontend(engine.gateway, {
        logger,
        ...options.frontend,
        stepFunctions: stepFunctions && { ...(performTask && { performTask }), ...stepFunctions },
      });
      opened.push(() => frontend.close());
      address.listening = await frontend.listen(address.wanted);
    }
    let stopped: Promise<void> | undefined;
    return {
      gateway: engine.gateway,
      address: address.listening,
      stop({ graceMs = DEFAULT_GRACE_MS } = {}) {
        graceful = graceMs;
        stopped ??= closeAll();
        return stopped;
      },
    };
  } catch (error) {
    graceful = 0;
    await closeAll();
    throw error;
  }
}

/** Where the front end is to listen, where it does, and where functions reach it. */
class Address {
  readonly wanted: { readonly host: string; readonly port: number };
  readonly #baseUrl: string | undefined;
  listening: string | undefined;

  constructor({ frontend, baseUrl }: TidegateOptions) {
    this.wanted = { host: frontend?.host ?? DEFAULT_HOST, port: frontend?.port ?? DEFAULT_PORT };
    this.#baseUrl = baseUrl;
  }

  baseUrl(): string {
    if (this.#baseUrl !== undefined) return this.#baseUrl;
    // Effects left over from before may be performed before the front end listens.
    const { host, port } = this.wanted;
    return this.listening ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  }
}

async function openStorage(options: TidegateOptions, limits: Limits): Promise<Omit<Ground, 'shared'>> {
  const { dataDir = '.tidegate', partitions = DEFAULT_PARTITIONS, synchronous, retentionMs } = options;
  const shared = { partitions, limits, now: () => Date.now(), finishedRunsMs: retentionMs };
  if (typeof dataDir === 'string') {
    return openEmbedded({ ...shared, dataDir, synchronous });
  }
  const log = new MemoryLog({ partitions });
  const store = new MemoryStore(shared);
  return {
    log,
    store,
    async close() {
      await log.close();
      await store.close();
    },
  };
}
