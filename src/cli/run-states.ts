import type { TidegateClient } from '../client/index.ts';
import { readDag, type TaskStates, taskStates } from '../compilers/index.ts';
import { compileWorkflow, type HistoryEntry } from '../engine/index.ts';
import type { TriggersDefinition, WorkflowDocument } from '../model/documents.ts';
import { LIMITS } from '../model/limits.ts';
import { type RunDocument, runKeyOf } from '../model/run.ts';
import { itemsOf } from './server.ts';

/** The states of a DAG run's tasks, recomputed from its history. Undefined for other formats. */
export async function statesOf(
  client: TidegateClient,
  workflow: WorkflowDocument,
  triggers: TriggersDefinition,
  run: RunDocument,
): Promise<TaskStates | undefined> {
  const dag = workflow.format === 'dag' ? readDag(workflow.definition, LIMITS) : undefined;
  if (dag === undefined) return undefined;
  const history: HistoryEntry[] = [];
  const pages = itemsOf((page) => client.history(run.workflow, run.id, page), LIMITS.historyEntries);
  for await (const entry of pages) history.push(inputOf(entry));
  const compiled = compileWorkflow(workflow.name, workflow.version, triggers, LIMITS);
  const { input, startedAt, labels } = run;
  const replayed = { key: runKeyOf(run.workflow, run.id), input, startedAt: Date.parse(startedAt), labels };
  return taskStates(dag, compiled, replayed, history);
}

/** The API's entry as the engine took it; of a timer `at` is the time it was set for. */
function inputOf({ sequence: _, at, ...input }: { sequence: number; at: string | number }): HistoryEntry {
  const now = typeof at === 'number' ? at : Date.parse(at);
  return { at: now, ...input, now } as unknown as HistoryEntry;
}
