import type { Group, Task } from './model.ts';
import type { Report } from './report.ts';

/** What the schema cannot see: combinations of settings that have no meaning, or that Airflow refuses for good reasons. */
export function checkTasks(tasks: Iterable<Task>, groups: readonly Group[], report: Report): void {
  for (const task of tasks) {
    checkMapping(task, report);
    checkDecision(task, report);
    checkSetups(task, report);
    checkNeeds(task, report);
    if (task.handler && (task.setup || task.teardown)) {
      report.error(
        'DAG_SETUP_ON_FAILURE',
        task.pointer,
        'tasks of onFailure are neither setups nor teardowns',
      );
    }
  }
  for (const group of groups) {
    if (group.mapping !== undefined) checkNesting(group.groups, group.mapping.pointer, report);
  }
}

function checkNesting(around: readonly Group[], pointer: string, report: Report): void {
  const outer = around.find(({ mapping }) => mapping !== undefined);
  if (outer === undefined) return;
  const message = `group "${outer.id}" is mapped already; forEach inside forEach is not supported, combine the lists in one`;
  report.error('DAG_NESTED_FOREACH', pointer, message);
}

function checkMapping(task: Task, report: Report): void {
  const { mapping, rule, pointer } = task;
  const over = mapping ?? task.mappedGroup?.mapping;
  if (mapping !== undefined) checkNesting(task.groups, mapping.pointer, report);
  if (over === undefined) return;
  if (rule === 'always' && JSON.stringify(over.items).includes('${')) {
    const message =
      'the rule "always" waits for nothing, so it cannot wait for the list of forEach; use all_done';
    report.error('DAG_RULE_NOT_ALLOWED', `${pointer}/rule`, message, 'all_done');
  }
  if (mapping !== undefined && task.decision !== undefined) {
    const message = 'a mapped task cannot choose for all of its instances; put the branch in a mapped group';
    report.error('DAG_DECISION_MAPPED', mapping.pointer, message);
  }
}

function checkDecision({ decision, downstream, pointer, id }: Task, report: Report): void {
  if (decision === undefined || downstream.length > 0) return;
  const key = decision.kind === 'branch' ? 'branch' : 'shortCircuit';
  const message = `nothing needs "${id}", so there is nothing to choose from`;
  report.error('DAG_DECISION_WITHOUT_DOWNSTREAM', `${pointer}/${key}`, message);
}

function checkSetups(task: Task, report: Report): void {
  const { pointer, rule, teardown, needs } = task;
  if (teardown && task.setup) {
    report.error(
      'DAG_SETUP_AND_TEARDOWN',
      `${pointer}/teardown`,
      'a task is a setup or a teardown, not both',
    );
  }
  if (teardown && rule !== 'all_done_setup_success') {
    const message = 'the rule of a teardown is all_done_setup_success and cannot be chosen';
    report.error('DAG_RULE_NOT_ALLOWED', `${pointer}/rule`, message);
  }
  if (task.failsRun && !teardown) {
    report.error(
      'DAG_FAILS_RUN',
      `${pointer}/failsRun`,
      '"failsRun" is for teardowns; other tasks fail the run anyhow',
    );
  }
  const setup = needs.find((need) => need.setup);
  if (!teardown && setup !== undefined && rule !== 'all_success') {
    const message = `setup "${setup.id}" must be followed with the rule all_success, or by a teardown`;
    report.error('DAG_RULE_NOT_ALLOWED', `${pointer}/rule`, message, 'all_success');
  }
}

function checkNeeds(task: Task, report: Report): void {
  const { mappedGroup, needs, pointer, id } = task;
  for (const need of needs) {
    if (mappedGroup === undefined || need.mappedGroup === undefined || need.mappedGroup === mappedGroup)
      continue;
    const message = `"${id}" and "${need.id}" are in two mapped groups; let a task between them gather the first`;
    report.error('DAG_ACROSS_GROUPS', `${pointer}/needs`, message);
  }
}
