import { EXECUTION_LABELS } from '../model/execution-labels.ts';
import {
  type AliasRecord,
  aliasRecordsOf,
  type KeptVersion,
  MACHINE_RECORDS,
  type MachineRecord,
  type MachineSettings,
  routedVersion,
  versionRecordsOf,
} from '../model/state-machine-records.ts';

/** What an execution is started with. */
export interface ExecutionTarget {
  readonly type: MachineSettings['type'];
  /** Of the workflow; absent: the newest. */
  readonly workflowVersion?: number;
  /** Those given, and what else the run is to say of itself. */
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * How the records say that a machine is started. `labels` may name one of its versions or an alias; undefined where that is not
 * there. An alias leads to one of its versions by the name of the execution.
 */
export async function executionTarget(
  getRecord: (collection: string, id: string) => Promise<string | undefined>,
  workflow: string,
  labels: Readonly<Record<string, string>>,
  execution: string,
): Promise<ExecutionTarget | undefined> {
  const read = async <T>(collection: string, id: string): Promise<T | undefined> => {
    const text = await getRecord(collection, id);
    return text === undefined ? undefined : (JSON.parse(text) as T);
  };
  const { version: named, alias: aliasName } = {
    version: labels[EXECUTION_LABELS.version],
    alias: labels[EXECUTION_LABELS.alias],
  };
  if (named === undefined && aliasName === undefined) {
    const machine = await read<MachineRecord>(MACHINE_RECORDS, workflow);
    return machine === undefined ? { type: 'STANDARD', labels } : targetOf(machine, labels);
  }
  const alias =
    aliasName === undefined ? undefined : await read<AliasRecord>(aliasRecordsOf(workflow), aliasName);
  const number = named ?? (alias && String(routedVersion(alias, execution)));
  const version =
    number === undefined ? undefined : await read<KeptVersion>(versionRecordsOf(workflow), number);
  if (version === undefined || 'deleted' in version) return undefined;
  const { workflowVersion } = version;
  return {
    ...targetOf(version, { ...labels, [EXECUTION_LABELS.version]: String(version.number) }),
    workflowVersion,
  };
}

function targetOf(
  { type, roleArn }: MachineSettings,
  labels: Readonly<Record<string, string>>,
): ExecutionTarget {
  return {
    type,
    labels: {
      ...(type === 'EXPRESS' && { [EXECUTION_LABELS.type]: type }),
      [EXECUTION_LABELS.role]: roleArn,
      ...labels,
    },
  };
}
