import { type AliasRecord, aliasRecordsOf } from '../../model/state-machine-records.ts';
import type { Gateway } from '../../workers/gateway.ts';

/** The aliases of state machines. */
export class AliasRecords {
  readonly #records: Gateway['records'];

  constructor(gateway: Gateway) {
    this.#records = gateway.records;
  }

  async get(workflow: string, alias: string): Promise<AliasRecord | undefined> {
    const text = await this.#records.get(aliasRecordsOf(workflow), alias);
    return text === undefined ? undefined : (JSON.parse(text) as AliasRecord);
  }
  /** By name. */
  async list(workflow: string): Promise<readonly AliasRecord[]> {
    const kept = await this.#records.list(aliasRecordsOf(workflow));
    return kept.map(({ value }) => JSON.parse(value) as AliasRecord);
  }
  /** Answers the alias that stands afterwards: one that was there stays. */
  async add(workflow: string, alias: AliasRecord): Promise<AliasRecord> {
    const text = await this.#records.add(aliasRecordsOf(workflow), alias.name, JSON.stringify(alias));
    return JSON.parse(text) as AliasRecord;
  }
  async put(workflow: string, alias: AliasRecord): Promise<void> {
    await this.#records.put(aliasRecordsOf(workflow), alias.name, JSON.stringify(alias));
  }
  /** False when there was none. */
  async delete(workflow: string, alias: string): Promise<boolean> {
    return this.#records.delete(aliasRecordsOf(workflow), alias);
  }
}
