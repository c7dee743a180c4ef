import { createHash } from 'node:crypto';
import type { Gateway } from '../../workers/gateway.ts';
import { deleteAll } from './machine-records.ts';

export interface AliasRecord {
  readonly name: string;
  readonly description?: string;
  /** One or two published versions; the weights sum up to 100. */
  readonly routing: readonly { readonly version: number; readonly weight: number }[];
  /** milliseconds of the epoch */
  readonly createdAt: number;
  readonly updatedAt: number;
}

const COLLECTION = 'step-functions-aliases/';

/** The aliases of state machines. */
export class AliasRecords {
  readonly #records: Gateway['records'];
  readonly #gateway: Gateway;

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
    this.#records = gateway.records;
  }

  async get(workflow: string, alias: string): Promise<AliasRecord | undefined> {
    const text = await this.#records.get(COLLECTION + workflow, alias);
    return text === undefined ? undefined : (JSON.parse(text) as AliasRecord);
  }
  /** By name. */
  async list(workflow: string): Promise<readonly AliasRecord[]> {
    const kept = await this.#records.list(COLLECTION + workflow);
    return kept.map(({ value }) => JSON.parse(value) as AliasRecord);
  }
  /** Answers the alias that stands afterwards: one that was there stays. */
  async add(workflow: string, alias: AliasRecord): Promise<AliasRecord> {
    const text = await this.#records.add(COLLECTION + workflow, alias.name, JSON.stringify(alias));
    return JSON.parse(text) as AliasRecord;
  }
  async put(workflow: string, alias: AliasRecord): Promise<void> {
    await this.#records.put(COLLECTION + workflow, alias.name, JSON.stringify(alias));
  }
  /** False when there was none. */
  async delete(workflow: string, alias: string): Promise<boolean> {
    return this.#records.delete(COLLECTION + workflow, alias);
  }
  async deleteAll(workflow: string): Promise<void> {
    await deleteAll(this.#gateway, COLLECTION + workflow);
  }
}

/** The version that an execution of this name gets: the same whenever it is asked, and by the weights over many names. */
export function routedVersion({ routing }: AliasRecord, execution: string): number {
  const drawn = (createHash('sha256').update(execution).digest().readUInt32BE(0) / 2 ** 32) * 100;
  let sum = 0;
  for (const { version, weight } of routing) {
    sum += weight;
    if (drawn < sum) return version;
  }
  return routing[0]!.version;
}
