// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of the language
import type { Behaviour } from '../../engine/drive.ts';

type Json = Record<string, unknown>;
interface AirflowTask {
  readonly id: string;
  readonly needs: readonly string[];
  readonly rule: string;
  readonly kind?: 'task' | 'branch' | 'short_circuit' | 'empty';
  readonly behaviour?: string | Readonly<Record<string, string>>;
  readonly returns?: unknown;
  readonly collect?: string;
  readonly args?: Readonly<Record<string, { from?: string; group_arg?: string }>>;
  readonly expand?: Expand;
  readonly expand_zip?: Expand;
  readonly chooses?: unknown;
  readonly chooses_by_index?: Readonly<Record<string, unknown>> | readonly unknown[];
  readonly condition?: unknown;
  readonly condition_by_index?: Readonly<Record<string, unknown>>;
  readonly ignore_downstream_trigger_rules?: boolean;
  readonly setup?: boolean;
  readonly teardown_of?: readonly string[];
  readonly on_failure_fail_dagrun?: boolean;
}
type Expand = Readonly<Record<string, { from: string } | { literal: readonly unknown[] }>>;
export interface AirflowDefinition {
  readonly tasks: readonly AirflowTask[];
  readonly groups?: readonly {
    readonly id: string;
    readonly expand?: Expand;
    readonly expand_zip?: Expand;
  }[];
}
export interface AirflowCase {
  readonly case: string;
  readonly definition: AirflowDefinition;
  readonly states?: Readonly<Record<string, string>>;
  readonly dagrun_state?: string;
  readonly results?: Readonly<Record<string, unknown>>;
  readonly refused?: string;
  readonly airflow_bug?: string;
  readonly older_differs?: unknown;
}

/** The oracle's definition in the DAG format: every task calls the function `act`, told who it is and what it was given. */
export function toDag({ tasks, groups = [] }: AirflowDefinition): Json {
  const top: Json = {};
  const inner: Record<string, { tasks: Json } & Json> = {};
  for (const { id, expand, expand_zip } of groups) {
    inner[id] = { tasks: {}, ...mapping(expand, expand_zip) };
  }
  for (const task of tasks) {
    const dot = task.id.indexOf('.');
    const into = dot < 0 ? top : inner[task.id.slice(0, dot)]!.tasks;
    into[task.id.slice(dot + 1)] = toTask(task);
  }
  return { tasks: top, ...(groups.length > 0 && { groups: inner }) };
}

function toTask(task: AirflowTask): Json {
  const { id, needs, rule, kind, expand, expand_zip, collect, args } = task;
  const given = expand ?? expand_zip;
  const input: Json = { task: id, index: given || id.includes('.') ? '${ index }' : null };
  if (given !== undefined) input['given'] = '${ item }';
  const first = Object.values(args ?? {})[0];
  if (first?.group_arg !== undefined) input['given'] = '${ item }';
  if (first?.from !== undefined) input['given'] = { x: `\${ results["${first.from}"] }` };
  if (collect !== undefined) input['collected'] = `\${ results["${collect}"] }`;
  return {
    needs,
    ...(!(task.teardown_of !== undefined && rule === 'all_done_setup_success') && { rule }),
    ...(kind === 'empty' ? {} : { function: { name: 'act', input } }),
    ...mapping(expand, expand_zip),
    ...(kind === 'branch' && { branch: true }),
    ...(kind === 'short_circuit' && {
      shortCircuit:
        task.ignore_downstream_trigger_rules === undefined
          ? true
          : { ignoreDownstreamRules: task.ignore_downstream_trigger_rules },
    }),
    ...(task.setup && { setup: true }),
    ...(task.teardown_of !== undefined && {
      teardown: task.teardown_of.length > 0 ? task.teardown_of : true,
    }),
    ...(task.on_failure_fail_dagrun && { failsRun: true }),
  };
}

function mapping(expand: Expand | undefined, zip: Expand | undefined): Json {
  const given = expand ?? zip;
  if (given === undefined) return {};
  const lists = Object.fromEntries(
    Object.entries(given).map(([name, source]) => [
      name,
      'from' in source ? `\${ results["${source.from}"] }` : source.literal,
    ]),
  );
  return expand !== undefined ? { forEach: lists } : { zip: lists };
}

/** What the tasks do. Of a mapped task the result is what it was given, a single parameter as it is. */
export function behaviourOf({ tasks }: AirflowDefinition): Behaviour {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  return (effect) => {
    const { task: id, index, given, collected } = (effect.request as { input: Json }).input;
    const task = byId.get(id as string)!;
    const at = String(index);
    const act = typeof task.behaviour === 'object' ? task.behaviour[at] : task.behaviour;
    if (act === 'fail') return { failure: { code: 'Failed' } };
    if (act === 'skip') return { failure: { code: 'TaskSkipped' } };
    if (task.kind === 'branch') {
      const byIndex = task.chooses_by_index as Record<string, unknown> | undefined;
      return { result: byIndex?.[at] ?? task.chooses ?? null };
    }
    if (task.kind === 'short_circuit')
      return { result: task.condition ?? task.condition_by_index?.[at] ?? null };
    if (task.collect !== undefined) return { result: collected };
    if (given !== undefined) {
      const values = Object.values(given as Json);
      return { result: values.length === 1 ? values[0] : values };
    }
    return { result: task.returns === undefined ? null : task.returns };
  };
}
