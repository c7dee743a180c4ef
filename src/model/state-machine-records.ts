import { createHash } from 'node:crypto';

/** What a state machine is besides its definition. The configurations are kept as they were given. */
export interface MachineSettings {
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly roleArn: string;
  readonly logging?: unknown;
  readonly tracing?: unknown;
  readonly encryption?: unknown;
}

/** The record of a state machine, by the name of its workflow; one that was registered without the Step Functions API has none. */
export interface MachineRecord extends MachineSettings {
  /** milliseconds of the epoch */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Version of the workflow that the settings were last given with. */
  readonly workflowVersion: number;
  /** How often it was updated. */
  readonly updates: number;
  /** Hash of what it was created with: tells apart those who create it at once. */
  readonly creation?: string;
  /** The description of the version that it was created with; absent: with none. */
  readonly published?: { readonly description?: string };
}

/** A published version: the machine as it stood. */
export interface VersionRecord extends MachineSettings {
  readonly number: number;
  readonly workflowVersion: number;
  /** A revision's id, or INITIAL. */
  readonly revision: string;
  readonly description?: string;
  /** milliseconds of the epoch */
  readonly createdAt: number;
  /** Unique: tells who of several that publish at once got the number. */
  readonly publication: string;
}
/** The number of a deleted version is not given again. */
export type KeptVersion = VersionRecord | { readonly number: number; readonly deleted: true };

/** An alias, by its name. */
export interface AliasRecord {
  readonly name: string;
  readonly description?: string;
  /** One or two published versions; the weights sum up to 100. */
  readonly routing: readonly { readonly version: number; readonly weight: number }[];
  /** milliseconds of the epoch */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Collections of the store's records. Versions (by number) and aliases (by name) have one per workflow. */
export const MACHINE_RECORDS = 'step-functions-machines';
export const versionRecordsOf = (workflow: string) => `step-functions-versions/${workflow}`;
export const aliasRecordsOf = (workflow: string) => `step-functions-aliases/${workflow}`;

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
