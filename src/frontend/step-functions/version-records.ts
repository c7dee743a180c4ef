import { type KeptVersion, type VersionRecord, versionRecordsOf } from '../../model/state-machine-records.ts';
import { type ArnScope, versionArn } from '../../model/step-functions-arns.ts';
import type { Gateway } from '../../workers/gateway.ts';
import { INITIAL_REVISION, type Machine } from './machine-records.ts';
import { ServiceError } from './service-error.ts';

const MOST = 1_000;

/** The published versions of state machines, numbered from 1. */
export class VersionRecords {
  readonly #gateway: Gateway;
  readonly #arns: ArnScope;

  constructor(gateway: Gateway, arns: ArnScope) {
    this.#gateway = gateway;
    this.#arns = arns;
  }

  async get(workflow: string, number: number): Promise<VersionRecord | undefined> {
    const text = await this.#gateway.records.get(versionRecordsOf(workflow), String(number));
    return text === undefined ? undefined : live(JSON.parse(text) as KeptVersion);
  }

  /** Newest first. */
  async list(workflow: string): Promise<readonly VersionRecord[]> {
    return (await this.#kept(workflow)).flatMap((kept) => live(kept) ?? []);
  }

  async #kept(workflow: string): Promise<KeptVersion[]> {
    const kept = await this.#gateway.records.list(versionRecordsOf(workflow));
    return kept.map(({ value }) => JSON.parse(value) as KeptVersion).sort((a, b) => b.number - a.number);
  }

  /**
   * Publishes the machine as it stands, or answers the version that was published of this revision. Throws ConflictException for another
   * description of it, and ServiceQuotaExceededException.
   */
  async publish(
    { workflow, record, revisionId }: Machine,
    description: string | undefined,
    { now, publication }: { now: number; publication: string },
  ): Promise<VersionRecord> {
    const { name } = workflow;
    const revision = revisionId ?? INITIAL_REVISION;
    const { type, roleArn, logging, tracing, encryption } = record;
    for (;;) {
      const kept = await this.#kept(name);
      const newest = kept.flatMap((each) => live(each) ?? []);
      const same = newest.find((version) => version.revision === revision);
      if (same !== undefined) {
        if (description === undefined || description === same.description) return same;
        throw new ServiceError(
          'ConflictException',
          `Version ${same.number} was published of this revision with another description: ${versionArn(this.#arns, name, same.number)}`,
        );
      }
      if (newest.length >= MOST)
        throw new ServiceError('ServiceQuotaExceededException', `A state machine may have ${MOST} versions`);
      const version: VersionRecord = {
        number: (kept[0]?.number ?? 0) + 1,
        workflowVersion: workflow.version,
        revision,
        ...(description !== undefined && { description }),
        createdAt: now,
        publication,
        type,
        roleArn,
        logging,
        tracing,
        encryption,
      };
      const text = JSON.stringify(version);
      const standing = await this.#gateway.records.add(versionRecordsOf(name), String(version.number), text);
      if (standing === text) return version;
    }
  }

  async delete(workflow: string, number: number): Promise<void> {
    if ((await this.get(workflow, number)) === undefined) return;
    const gone: KeptVersion = { number, deleted: true };
    await this.#gateway.records.put(versionRecordsOf(workflow), String(number), JSON.stringify(gone));
  }
}

function live(kept: KeptVersion): VersionRecord | undefined {
  return 'deleted' in kept ? undefined : kept;
}
