import type {
  ActionDefinition,
  ActivationEvent,
  InvokePolicy,
  RetryPolicy,
  TriggerRule,
} from '../../model/documents.ts';
import { TRIGGER_RULES } from '../../model/documents.ts';
import { escapePointer } from '../../model/json.ts';
import { durationMs } from './duration.ts';
import type {
  Branching,
  DagSource,
  Group,
  Mapping,
  Reference,
  ShortCircuit,
  TaskAction,
  TaskSource,
} from './model.ts';
import type { Report } from './report.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads what makes sense of a document. The schema has told what does not; passing over that lets the other checks find
 * their faults in the same go.
 */
export function readDag(definition: unknown, report: Report): DagSource {
  const document = asObject(definition);
  const defaults = policyOf(asObject(document['defaults']), {});
  const tasks: TaskSource[] = [];
  const groups: Group[] = [];
  const readTasks = (value: unknown, pointer: string, around: readonly Group[], handler: boolean) => {
    for (const [name, task] of Object.entries(asObject(value))) {
      const place = `${pointer}/${escapePointer(name)}`;
      tasks.push(readTask(name, asObject(task), place, around, handler, defaults, report));
    }
  };
  const readGroups = (value: unknown, pointer: string, around: readonly Group[]) => {
    for (const [name, each] of Object.entries(asObject(value))) {
      const place = `${pointer}/${escapePointer(name)}`;
      const body = asObject(each);
      const group: Group = {
        id: fullName(around, name),
        name,
        pointer: place,
        groups: around,
        needs: references(body['needs'], `${place}/needs`),
        mapping: readMapping(body, place, report),
      };
      groups.push(group);
      readTasks(body['tasks'], `${place}/tasks`, [...around, group], false);
      readGroups(body['groups'], `${place}/groups`, [...around, group]);
    }
  };
  readTasks(document['tasks'], '/tasks', [], false);
  readGroups(document['groups'], '/groups', []);
  readTasks(document['onFailure'], '/onFailure', [], true);
  return {
    tasks,
    groups,
    timeoutMs: durationMs(document['timeout']),
    history: typeof document['history'] === 'boolean' ? document['history'] : undefined,
    startOn: document['startOn'] as readonly ActivationEvent[] | undefined,
    output: document['output'],
  };
}

function readTask(
  name: string,
  task: Json,
  pointer: string,
  groups: readonly Group[],
  handler: boolean,
  defaults: InvokePolicy,
  report: Report,
): TaskSource {
  const policy = policyOf(task, defaults);
  return {
    id: fullName(groups, name),
    name,
    pointer,
    groups,
    needs: references(task['needs'], `${pointer}/needs`),
    rule: TRIGGER_RULES.find((rule) => rule === task['rule']) as TriggerRule | undefined,
    action: readAction(task, pointer, policy, report),
    mapping: readMapping(task, pointer, report),
    decision: readDecision(task, pointer, report),
    skipWhen: expressionText(task['skipWhen']),
    setup: task['setup'] === true,
    teardownOf: readTeardown(task['teardown'], `${pointer}/teardown`),
    failsRun: task['failsRun'] === true,
    policy,
    handler,
  };
}

const ACTIONS = ['http', 'function', 'publish', 'startRun', 'wait', 'value'] as const;

function readAction(task: Json, pointer: string, policy: InvokePolicy, report: Report): TaskAction {
  const given = ACTIONS.filter((key) => task[key] !== undefined);
  for (const extra of given.slice(1)) {
    const message = `a task does one thing: "${given[0]}" or "${extra}", not both`;
    report.error('DAG_TWO_ACTIONS', `${pointer}/${extra}`, message);
  }
  const kind = given[0];
  if (kind === undefined) return { kind: 'value', value: null };
  const body = task[kind];
  if (kind === 'value') return { kind, value: body };
  if (kind === 'wait') {
    const until = asObject(body)['until'];
    if (typeof until === 'string') return { kind, until };
    return { kind, afterMs: durationMs(body) ?? 0 };
  }
  const type = kind === 'startRun' ? 'start-run' : kind;
  const settings = typeof body === 'string' ? { name: body } : asObject(body);
  return { kind: 'invoke', action: { type, ...settings, ...policy } as unknown as ActionDefinition };
}

function readMapping(value: Json, pointer: string, report: Report): Mapping | undefined {
  const { forEach, zip, concurrency } = value;
  if (forEach !== undefined && zip !== undefined) {
    report.error('DAG_TWO_MAPPINGS', `${pointer}/zip`, '"forEach" and "zip" exclude each other');
  }
  if (forEach === undefined && zip === undefined) {
    if (concurrency !== undefined) {
      const message = '"concurrency" bounds the instances of forEach; for calls to a target use "rate"';
      report.error('DAG_CONCURRENCY_WITHOUT_FOREACH', `${pointer}/concurrency`, message);
    }
    return undefined;
  }
  const items = forEach ?? zip;
  const combine =
    zip !== undefined && forEach === undefined ? 'zip' : isObject(items) ? 'product' : undefined;
  return {
    items,
    combine,
    concurrency: typeof concurrency === 'number' ? concurrency : undefined,
    pointer: `${pointer}/${forEach !== undefined ? 'forEach' : 'zip'}`,
  };
}

function readDecision(task: Json, pointer: string, report: Report): Branching | ShortCircuit | undefined {
  const { branch, shortCircuit } = task;
  const branches = branch !== undefined && branch !== false;
  const cuts = shortCircuit !== undefined && shortCircuit !== false;
  if (branches && cuts) {
    report.error(
      'DAG_TWO_DECISIONS',
      `${pointer}/shortCircuit`,
      'a task is a branch or a short circuit, not both',
    );
  }
  if (branches) return { kind: 'branch', choose: expressionText(branch) };
  if (!cuts) return undefined;
  const settings = asObject(shortCircuit);
  return {
    kind: 'short-circuit',
    continueWhen: expressionText(isObject(shortCircuit) ? settings['continueWhen'] : shortCircuit),
    ignoreRules: settings['ignoreDownstreamRules'] !== false,
  };
}

/** `${ expression }` and the bare expression are the same here. */
function expressionText(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const wrapped = /^\s*\$\{([\s\S]*)\}\s*$/.exec(value);
  return wrapped === null ? value : wrapped[1]!.trim();
}

function readTeardown(value: unknown, pointer: string): readonly Reference[] | undefined {
  if (value === undefined || value === false) return undefined;
  return value === true ? [] : references(value, pointer);
}

function references(value: unknown, pointer: string): Reference[] {
  if (typeof value === 'string') return [{ name: value, pointer }];
  if (!Array.isArray(value)) return [];
  return value.flatMap((name, place) =>
    typeof name === 'string' ? [{ name, pointer: `${pointer}/${place}` }] : [],
  );
}

function policyOf(value: Json, defaults: InvokePolicy): InvokePolicy {
  const timeoutMs = durationMs(value['timeout']) ?? defaults.timeoutMs;
  const heartbeatMs = durationMs(value['heartbeat']) ?? defaults.heartbeatMs;
  const retry = retryOf(value['retry']) ?? defaults.retry;
  const ratePerSecond = typeof value['rate'] === 'number' ? value['rate'] : defaults.ratePerSecond;
  return {
    ...(retry !== undefined && { retry }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(heartbeatMs !== undefined && { heartbeatMs }),
    ...(ratePerSecond !== undefined && { ratePerSecond }),
  };
}

function retryOf(value: unknown): RetryPolicy | undefined {
  if (!isObject(value)) return undefined;
  const { interval, maxDelay, ...rest } = value;
  const intervalMs = durationMs(interval);
  const maxDelayMs = durationMs(maxDelay);
  return {
    ...(rest as unknown as RetryPolicy),
    ...(intervalMs !== undefined && { intervalMs }),
    ...(maxDelayMs !== undefined && { maxDelayMs }),
  };
}

function fullName(groups: readonly Group[], name: string): string {
  const around = groups.at(-1);
  return around === undefined ? name : `${around.id}.${name}`;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
function asObject(value: unknown): Json {
  return isObject(value) ? value : {};
}
