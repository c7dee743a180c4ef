import { type ArnScope, executionArn, expressArn } from './step-functions-arns.ts';

/**
 * Labels by which a run says what it is as an execution of AWS Step Functions. They are given at its start and never change;
 * a run without them is a STANDARD execution that was started without version or alias.
 */
export const EXECUTION_LABELS = {
  /** `EXPRESS`; absent: STANDARD. */
  type: 'step-functions.type',
  /** ARN of the role of the machine at the start. */
  role: 'step-functions.role',
  /** Number of the published version it was started through. */
  version: 'step-functions.version',
  /** Name of the alias it was started through. */
  alias: 'step-functions.alias',
  /** `LABEL:ID`, the end of the ARN of the Map Run whose child it is. */
  mapRun: 'step-functions.map-run',
  /** Of such a child, the index of its item or batch, from 0. */
  mapItem: 'step-functions.map-item',
  /** X-Ray trace header. */
  trace: 'step-functions.trace',
} as const;

type Labels = Readonly<Record<string, string>>;

/** `$$.Execution.Id`: the ARN of a run as an execution, whatever its kind. */
export function arnOfRun(scope: ArnScope, workflow: string, run: string, labels: Labels = {}): string {
  const mapRun = labels[EXECUTION_LABELS.mapRun];
  const label = mapRun?.slice(0, mapRun.indexOf(':'));
  const make = labels[EXECUTION_LABELS.type] === 'EXPRESS' ? expressArn : executionArn;
  return make(scope, workflow, run, label);
}
