import type { BrokerConnections } from '../actions/index.ts';
import { createFrontend, createOperationsServer } from '../frontend/index.ts';
import { TidegateError } from '../model/errors.ts';
import { LIMITS } from '../model/limits.ts';
import { type ArnScope, arnScopeOf } from '../model/step-functions-arns.ts';
import { startGateway, startWorker, type WorkerProcess } from '../workers/index.ts';
import { readConnections } from './broker-connections.ts';
import type { ReadConfiguration } from './configuration.ts';
import { startTidegate, type Tidegate, type TidegateOptions } from './embedded.ts';
import { loadFunctions } from './function-module.ts';
import { type Ground, type OpenGroundOptions, openGround } from './ground.ts';
import { createLogger } from './logger.ts';
import { type OutgoingSettings, outgoingInvokers } from './outgoing-invokers.ts';
import { readResourceFile } from './resource-file.ts';
import type { Configuration } from './settings.ts';
import { stepFunctionsOf } from './step-functions-settings.ts';
import { exportTraces, type TracingExport } from './tracing.ts';

/** A process that was started by the settings, in one role or all. */
export interface Role {
  /** Where it listens. */
  readonly address: string;
  stop(): Promise<void>;
}

/** A whole engine as the settings say, save what the command decides by itself: a `dataDir` means the embedded ground. */
export async function startConfigured(
  { values }: ReadConfiguration,
  decided: Pick<TidegateOptions, 'dataDir'> & {
    readonly port?: number;
    readonly interrupted?: AbortSignal;
  } = {},
): Promise<Tidegate> {
  const { host, partitions, synchronous, retentionMs, apiKeys, leaseMs, handOverMs, heldRuns } = values;
  const logger = createLogger(values.logLevel);
  const embedded =
    decided.dataDir !== undefined || (values.log === 'embedded' && values.store === 'embedded');
  const outgoing = await outgoingOf(values, embedded);
  const functions = await loadFunctions(values.functions);
  const tracing = await tracingOf(values);
  const starting = startTidegate({
    ...outgoing,
    ...(embedded
      ? { dataDir: decided.dataDir ?? values.dataDir }
      : { ground: () => openGround(values, logger, decided) }),
    partitions,
    synchronous,
    leaseMs,
    handOverMs,
    heldRuns,
    ...commonOf(values),
    limits: values.limits,
    functions,
    logger,
    frontend: { host, port: decided.port ?? values.port, apiKeys, stepFunctions: stepFunctionsOf(values) },
    ...(retentionMs !== undefined && { retentionMs }),
  });
  if (tracing === undefined) return starting;
  try {
    const tidegate = await starting;
    return {
      ...tidegate,
      async stop(options) {
        await tidegate.stop(options);
        await tracing.close();
      },
    };
  } catch (error) {
    await tracing.close();
    throw error;
  }
}

/** The front end alone. Rejects as `openGround` does. */
export async function startConfiguredFrontend(
  { values }: ReadConfiguration,
  interrupted: AbortSignal,
): Promise<Role> {
  const logger = createLogger(values.logLevel);
  requireShared(values, 'frontend');
  const ground = await openChecked(values, logger, { interrupted });
  const opened = new Opened(() => ground.close());
  return opened.orClose(async () => {
    const limits = { ...LIMITS, ...values.limits };
    const process = await startGateway({ log: ground.log, store: ground.store, limits, ...commonOf(values) });
    opened.push(() => process.stop());
    const frontend = createFrontend(process.gateway, {
      logger,
      apiKeys: values.apiKeys,
      stepFunctions: stepFunctionsOf(values),
    });
    opened.push(() => frontend.close());
    const address = await frontend.listen({ host: values.host, port: values.port });
    return { address, stop: () => opened.close() };
  });
}

/** A worker alone; it shows its health from the first moment. Rejects as `openGround` does. */
export async function startConfiguredWorker(
  { values }: ReadConfiguration,
  interrupted: AbortSignal,
): Promise<Role> {
  const logger = createLogger(values.logLevel);
  requireShared(values, 'worker');
  let process: WorkerProcess | undefined;
  let waiting = 'the worker is starting';
  const operations = createOperationsServer(
    {
      health: async () => process?.health() ?? { live: true, ready: false, reasons: [waiting] },
      metrics: async () => process?.metrics() ?? [],
    },
    logger,
  );
  const opened = new Opened(() => operations.close());
  return opened.orClose(async () => {
    const address = await operations.listen({ host: values.workerHost, port: values.workerPort });
    const onWait = (reason: string) => {
      waiting = reason;
    };
    const ground = await openChecked(values, logger, { interrupted, onWait });
    opened.push(() => ground.close());
    process = await startWorkerOn(ground, values, logger, opened);
    return { address, stop: () => opened.close() };
  });
}

async function startWorkerOn(
  { log, store }: Ground,
  values: Configuration,
  logger: ReturnType<typeof createLogger>,
  opened: Opened,
): Promise<WorkerProcess> {
  const { leaseMs, handOverMs, heldRuns, drainMs, port } = values;
  const limits = { ...LIMITS, ...values.limits };
  const settings = await outgoingOf(values, false);
  const tracing = await tracingOf(values);
  if (tracing !== undefined) opened.push(() => tracing.close());
  const outgoing = outgoingInvokers(settings, limits, () => values.baseUrl ?? `http://127.0.0.1:${port}`);
  opened.push(() => outgoing.close());
  const process = await startWorker({
    log,
    store,
    limits,
    functions: new Map(Object.entries(await loadFunctions(values.functions))),
    invokers: outgoing.of,
    logger,
    leaseMs,
    handOverMs,
    heldRuns,
    ...commonOf(values),
  });
  opened.push(() => process.stop({ graceMs: drainMs }));
  return process;
}

function requireShared({ log, store }: Configuration, role: string): void {
  if (log !== 'embedded' || store !== 'embedded') return;
  throw new TidegateError(
    'INVALID_CONFIGURATION',
    `a ${role} is one role of several processes, and log and store are embedded, which serve one alone: set TIDEGATE_LOG and TIDEGATE_STORE, or use \`tidegate start\``,
  );
}

async function openChecked(
  values: Configuration,
  logger: ReturnType<typeof createLogger>,
  options: OpenGroundOptions,
): Promise<Ground> {
  const ground = await openGround(values, logger, options);
  warnOf(ground, logger).catch((error: unknown) =>
    logger.warn({ err: error }, 'the settings of log and store could not be read'),
  );
  return ground;
}

/** What of the servers' settings breaks a promise is said once, at the start. */
async function warnOf({ log, store }: Ground, logger: ReturnType<typeof createLogger>): Promise<void> {
  const warnings = [...((await store.check?.()) ?? []), ...((await log.check?.()) ?? [])];
  for (const warning of warnings) logger.warn({}, warning);
}

/** How the settings say that calls leave the process. */
export async function outgoingOf(values: Configuration, embedded: boolean): Promise<OutgoingSettings> {
  const { allowAddresses, secretsDir, baseUrl } = values;
  const connections: BrokerConnections = await readConnections(values);
  const resources = await readResourceFile(values.resources);
  return {
    allowAddresses,
    allowLoopback: embedded,
    connections,
    resources,
    ...(secretsDir !== undefined && { secretsDir }),
    ...(baseUrl !== undefined && { baseUrl }),
  };
}

async function tracingOf({ otlpEndpoint }: Configuration): Promise<TracingExport | undefined> {
  return otlpEndpoint === undefined ? undefined : exportTraces(otlpEndpoint);
}

/** What all processes of an installation must have alike. */
function commonOf({ eventKey, awsRegion, awsAccount }: Configuration): { arns: ArnScope; eventKey?: string } {
  const arns = arnScopeOf({ region: awsRegion, account: awsAccount });
  return eventKey === undefined ? { arns } : { arns, eventKey };
}

/** What is open, to be closed the other way round. */
class Opened {
  readonly #closers: (() => Promise<void>)[];

  constructor(close: () => Promise<void>) {
    this.#closers = [close];
  }
  push(close: () => Promise<void>): void {
    this.#closers.push(close);
  }
  async orClose<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      await this.close();
      throw error;
    }
  }
  async close(): Promise<void> {
    for (let next = this.#closers.pop(); next; next = this.#closers.pop()) await next();
  }
}
