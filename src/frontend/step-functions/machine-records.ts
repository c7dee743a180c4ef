import { createHash } from 'node:crypto';
import { TidegateError } from '../../model/errors.ts';
import {
  aliasRecordsOf,
  MACHINE_RECORDS,
  type MachineRecord,
  versionRecordsOf,
} from '../../model/state-machine-records.ts';
import { type ArnScope, stateMachineArn } from '../../model/step-functions-arns.ts';
import type { StoredWorkflow } from '../../stores/index.ts';
import type { Gateway } from '../../workers/gateway.ts';
import { ServiceError } from './service-error.ts';

/** A state machine as it stands, or as it stood when a version was published. */
export interface Machine {
  readonly arn: string;
  readonly workflow: StoredWorkflow;
  readonly record: MachineRecord;
  /** Changes with every update; undefined as long as the machine is as it was created. */
  readonly revisionId: string | undefined;
}

/** Of the workflows that are state machines. */
export const FORMAT = 'asl';
const TEXTS = 'step-functions-definitions/';
/** As PublishStateMachineVersion calls the revision that a machine was created with. */
export const INITIAL_REVISION = 'INITIAL';

/** The records beside the workflows that make them state machines. */
export class MachineRecords {
  readonly #gateway: Gateway;
  readonly #arns: ArnScope;

  constructor(gateway: Gateway, arns: ArnScope) {
    this.#gateway = gateway;
    this.#arns = arns;
  }

  /** Throws StateMachineDoesNotExist, saying `shown`. */
  async get(workflow: string, shown: string): Promise<Machine> {
    const machine = await this.find(workflow);
    if (machine === undefined)
      throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${shown}'`);
    return machine;
  }

  async find(workflow: string): Promise<Machine | undefined> {
    const stored = await this.newest(workflow);
    return stored?.format === FORMAT ? this.of(stored) : undefined;
  }

  /** The newest version of the workflow, whatever its format. */
  async newest(workflow: string): Promise<StoredWorkflow | undefined> {
    return found(this.#gateway.getWorkflow(workflow));
  }

  /** The machine of a workflow's newest version. */
  async of(workflow: StoredWorkflow): Promise<Machine> {
    const record = (await this.record(workflow.name)) ?? this.#unrecorded(workflow);
    const initial = record.updates === 0 && record.workflowVersion === workflow.version;
    return {
      arn: stateMachineArn(this.#arns, workflow.name),
      workflow,
      record,
      revisionId: initial ? undefined : revisionOf(workflow, record),
    };
  }

  async record(workflow: string): Promise<MachineRecord | undefined> {
    const text = await this.#gateway.records.get(MACHINE_RECORDS, workflow);
    return text === undefined ? undefined : (JSON.parse(text) as MachineRecord);
  }
  /** Of several that create a machine at once one record stands; it is answered. */
  async claim(workflow: string, record: MachineRecord): Promise<MachineRecord> {
    const standing = await this.#gateway.records.add(MACHINE_RECORDS, workflow, JSON.stringify(record));
    return JSON.parse(standing) as MachineRecord;
  }
  async put(workflow: string, record: MachineRecord): Promise<void> {
    await this.#gateway.records.put(MACHINE_RECORDS, workflow, JSON.stringify(record));
  }
  async delete(workflow: string): Promise<void> {
    await forgetMachine(this.#gateway, workflow);
  }

  /** The definition as it was sent, to the character. */
  async definitionText({ name, version, definition }: StoredWorkflow): Promise<string> {
    const kept = await this.#gateway.records.get(TEXTS + name, String(version));
    return kept ?? JSON.stringify(definition);
  }
  async keepDefinitionText({ name, version, definition }: StoredWorkflow, text: string): Promise<void> {
    const collection = TEXTS + name;
    if (text === JSON.stringify(definition)) await this.#gateway.records.delete(collection, String(version));
    else await this.#gateway.records.put(collection, String(version), text);
  }

  /** A workflow that was registered without this API: a STANDARD machine with a role that stands for none. */
  #unrecorded(workflow: StoredWorkflow): MachineRecord {
    const at = Date.parse(workflow.createdAt);
    return {
      type: 'STANDARD',
      roleArn: `arn:${this.#arns.partition}:iam::${this.#arns.account}:role/tidegate`,
      createdAt: at,
      updatedAt: at,
      workflowVersion: 1,
      updates: 0,
    };
  }
}

function revisionOf({ name, version }: StoredWorkflow, { createdAt, updates }: MachineRecord): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([name, version, createdAt, updates]))
    .digest('hex');
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `4${hash.slice(13, 16)}`,
    `a${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join('-');
}

/** Undefined where the workflow or its version is not there. */
export async function found<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    const missing = ['WORKFLOW_NOT_FOUND', 'VERSION_NOT_FOUND', 'RUN_NOT_FOUND'];
    if (error instanceof TidegateError && missing.includes(error.code)) return undefined;
    throw error;
  }
}

/** Deletes what is kept of a state machine beside its workflow, but for its tags. */
export async function forgetMachine(gateway: Gateway, workflow: string): Promise<void> {
  for (const collection of [aliasRecordsOf(workflow), versionRecordsOf(workflow), TEXTS + workflow])
    await deleteAll(gateway, collection);
  await gateway.records.delete(MACHINE_RECORDS, workflow);
}

async function deleteAll({ records }: Gateway, collection: string): Promise<void> {
  for (const { id } of await records.list(collection)) await records.delete(collection, id);
}
