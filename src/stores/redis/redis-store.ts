import { partitionOf } from '../../model/partition.ts';
import type {
  Checkpoint,
  DeadLetter,
  HistoryRow,
  Owner,
  Page,
  PartitionState,
  RunFilter,
  RunHead,
  StateStore,
  StoredRun,
  StoredWorkflow,
  Suspect,
} from '../state-store.ts';
import type { StoreOptions } from '../store-options.ts';
import { DeadLetters } from './dead-letters.ts';
import { install } from './installation.ts';
import { RedisLeases } from './leases.ts';
import { RedisNotices } from './notices.ts';
import { PartitionStates } from './partition-state.ts';
import { Records } from './records.ts';
import { parseRedisUrl } from './redis-address.ts';
import { type ConnectionOptions, RedisConnection } from './redis-connection.ts';
import { RunLists } from './run-lists.ts';
import { RunReads } from './run-reads.ts';
import { checkServer } from './server-check.ts';
import { StoreKeys } from './store-keys.ts';
import { WorkflowDefinitions } from './workflow-definitions.ts';

export interface RedisStoreOptions extends ConnectionOptions {
  /** See `parseRedisUrl`. */
  readonly url: string;
  /** Begins every key, so that several installations can share a server; default `tidegate`. */
  readonly prefix?: string | undefined;
}

/**
 * Opens the state store in Redis (7.0 or newer, Valkey, a Cluster, or a master that sentinels know), and installs it
 * where there is none. Rejects with STORE_UNAVAILABLE or ACCESS_DENIED when Redis can't be reached now, with
 * INVALID_CONFIGURATION, STORE_VERSION or PARTITIONS_CHANGED when it never will serve so.
 */
export async function openRedisStore(options: StoreOptions & RedisStoreOptions): Promise<StateStore> {
  const keys = new StoreKeys(options.prefix ?? 'tidegate');
  const redis = await RedisConnection.open(parseRedisUrl(options.url), options);
  try {
    await install(redis, keys, options.partitions, options.now());
  } catch (error) {
    redis.close();
    throw error;
  }
  return new RedisStore(redis, keys, options);
}

/** The state store in Redis; docs/redis.md lists its keys. */
class RedisStore implements StateStore {
  readonly shared: RedisLeases;
  readonly #redis: RedisConnection;
  readonly #partitionCount: number;
  readonly #partitions: PartitionStates;
  readonly #reads: RunReads;
  readonly #lists: RunLists;
  readonly #deadLetters: DeadLetters;
  readonly #workflows: WorkflowDefinitions;
  readonly #records: Records;

  constructor(redis: RedisConnection, keys: StoreKeys, options: StoreOptions) {
    this.#redis = redis;
    this.#partitionCount = options.partitions;
    this.#partitions = new PartitionStates(redis, keys, options);
    this.#reads = new RunReads(redis, keys);
    this.#lists = new RunLists(redis, keys, this.#reads, options.partitions);
    this.#deadLetters = new DeadLetters(redis, keys, options.partitions);
    this.#workflows = new WorkflowDefinitions(redis, keys, options.partitions);
    this.#records = new Records(redis, keys, options.now);
    this.shared = new RedisLeases(redis, keys, new RedisNotices(redis, keys));
  }

  epochOf(partition: number): Promise<number> {
    return this.#partitions.epochOf(partition);
  }
  acquire(partition: number, owner: Owner): Promise<PartitionState> {
    return this.#partitions.acquire(partition, owner);
  }
  loadRuns(partition: number, keys: readonly string[]): Promise<readonly (StoredRun | undefined)[]> {
    return this.#reads.load(partition, keys);
  }
  checkpoint(checkpoint: Checkpoint): Promise<void> {
    return this.#partitions.checkpoint(checkpoint);
  }
  markSuspect(partition: number, owner: Owner, suspect: Suspect): Promise<void> {
    return this.#partitions.markSuspect(partition, owner, suspect);
  }

  putWorkflow(workflow: {
    name: string;
    format: string;
    definition: unknown;
    createdAt: string;
    triggers?: readonly object[];
  }): Promise<StoredWorkflow> {
    return this.#workflows.put(workflow);
  }
  getWorkflow(name: string, version?: number): Promise<StoredWorkflow | undefined> {
    return this.#workflows.get(name, version);
  }
  listWorkflows(page: { cursor?: string; limit: number }): Promise<Page<StoredWorkflow>> {
    return this.#workflows.list(page);
  }
  listVersions(name: string): Promise<readonly number[]> {
    return this.#workflows.versions(name);
  }
  newestVersion(name: string): Promise<number | undefined> {
    return this.#workflows.newestVersion(name);
  }
  deleteWorkflow(name: string): Promise<boolean> {
    return this.#workflows.delete(name);
  }

  async getRun(key: string): Promise<StoredRun | undefined> {
    const [run] = await this.#reads.load(partitionOf(key, this.#partitionCount), [key]);
    return run;
  }
  listRuns(filter: RunFilter, page: { cursor?: string; limit: number }): Promise<Page<RunHead>> {
    return this.#lists.list(filter, page);
  }
  history(key: string, from: number, limit: number): Promise<readonly HistoryRow[]> {
    return this.#reads.history(partitionOf(key, this.#partitionCount), key, from, limit);
  }
  deadLetters(
    filter: { workflow?: string; run?: string },
    page: { cursor?: string; limit: number },
  ): Promise<Page<DeadLetter>> {
    return this.#deadLetters.list(filter, page);
  }
  deadLetter(id: string): Promise<DeadLetter | undefined> {
    return this.#deadLetters.get(id);
  }
  deleteDeadLetter(id: string): Promise<boolean> {
    return this.#deadLetters.delete(id);
  }

  async putRecord(collection: string, id: string, value: string, expiresAt?: number): Promise<void> {
    await this.#records.write('put', collection, id, value, expiresAt);
  }
  addRecord(collection: string, id: string, value: string, expiresAt?: number): Promise<string> {
    return this.#records.write('add', collection, id, value, expiresAt);
  }
  getRecord(collection: string, id: string): Promise<string | undefined> {
    return this.#records.get(collection, id);
  }
  listRecords(collection: string): Promise<readonly { id: string; value: string }[]> {
    return this.#records.list(collection);
  }
  deleteRecord(collection: string, id: string): Promise<boolean> {
    return this.#records.delete(collection, id);
  }

  ping(): Promise<void> {
    return this.#redis.ping();
  }
  check(): Promise<readonly string[]> {
    return checkServer(this.#redis);
  }
  async close(): Promise<void> {
    this.shared.notices.close();
    this.#redis.close();
  }
}
