import {
  compileDefinition,
  type ExecutionEvent,
  executionEvents,
  type StateMachine,
} from '../compilers/index.ts';
import { compileWorkflow, type HistoryEntry } from '../engine/index.ts';
import { TidegateError } from '../model/errors.ts';
import { type RunDocument, runKeyOf } from '../model/run.ts';
import type { ArnScope } from '../model/step-functions-arns.ts';
import type { StoredWorkflow } from '../stores/index.ts';
import type { Gateway } from '../workers/gateway.ts';
import { historyEntry } from '../workers/index.ts';

/** Inputs read at once. */
const PAGE = 1000;

export interface ExecutionHistorySubject {
  readonly run: RunDocument;
  /** In the version of the run. */
  readonly workflow: StoredWorkflow;
  readonly gateway: Gateway;
  readonly arns?: ArnScope;
  readonly roleArn?: string;
}

/**
 * The history of a run of a state machine as AWS Step Functions would tell it, recomputed from the inputs that are stored.
 * Throws UNSUPPORTED_FORMAT for a run of anything else.
 */
export async function executionHistory(subject: ExecutionHistorySubject): Promise<readonly ExecutionEvent[]> {
  const { run, workflow, gateway, ...options } = subject;
  const { name, version, format, definition } = workflow;
  const { triggers } =
    format === 'asl' ? compileDefinition(format, definition, { limits: gateway.limits }) : {};
  if (triggers === undefined)
    throw new TidegateError(
      'UNSUPPORTED_FORMAT',
      `workflow "${name}" has the format "${format}"; only executions of a state machine (asl) have such a history`,
    );
  const { labels, input, startedAt } = run;
  const key = runKeyOf(run.workflow, run.id);
  return executionEvents(
    definition as StateMachine,
    compileWorkflow(name, version, triggers, gateway.limits),
    { key, input, startedAt: Date.parse(startedAt), labels },
    await inputsOf(gateway, run),
    options,
  );
}

async function inputsOf(gateway: Gateway, { workflow, id }: RunDocument): Promise<HistoryEntry[]> {
  const inputs: HistoryEntry[] = [];
  let cursor: string | undefined;
  do {
    const page = await gateway.history(workflow, id, {
      limit: PAGE,
      ...(cursor !== undefined && { cursor }),
    });
    for (const item of page.items) inputs.push(historyEntry(item));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return inputs;
}
