import type { TidegateClient } from '../client/index.ts';
import { readDag, type TaskStates, taskStates } from '../compilers/index.ts';
import { compileWorkflow, type HistoryEntry } from '../engine/index.ts';
import type { TriggersDefinition, WorkflowDocument } from '../model/documents.ts';
import { LIMITS } from '../model/limits.ts';
import { type RunDocument, runKeyOf } from '../model/run.ts';
import { historyEntry } from '../workers/index.ts';
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
  for await (const entry of pages) history.push(historyEntry(entry));
  const compiled = compileWorkflow(workflow.name, workflow.version, triggers, LIMITS);
  const { input, startedAt, labels } = run;
  const replayed = { key: runKeyOf(run.workflow, run.id), input, startedAt: Date.parse(startedAt), labels };
  return taskStates(dag, compiled, replayed, history);
}
