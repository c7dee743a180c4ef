import { arnOfRun, EXECUTION_LABELS } from '../../model/execution-labels.ts';
import { stateMachineOfWorkflow } from '../../model/state-machine-name.ts';
import { DEFAULT_ARN_SCOPE, executionNameOf, stateMachineArn } from '../../model/step-functions-arns.ts';
import { TASK_TOKEN } from '../../model/task-token.ts';
import type { Token } from '../../model/token.ts';
import type { QueryEnvironment } from './environment.ts';
import { sourceOfItem } from './item-source.ts';

/** Types of states that can be tried again. */
const RETRYING: ReadonlySet<unknown> = new Set(['Task', 'Parallel', 'Map']);

/** `$$` in JSONPath, `$states.context` in JSONata. */
export function contextObject(environment: QueryEnvironment): unknown {
  const { run, state, event, index, now } = environment;
  const { labels, redrives } = run;
  const scope = run.arns ?? DEFAULT_ARN_SCOPE;
  const type = labels[EXECUTION_LABELS.type] === 'EXPRESS' ? 'EXPRESS' : 'STANDARD';
  const token = event?.token;
  return {
    Execution: {
      Id: arnOfRun(scope, run.workflow, run.id, labels),
      Input: run.input,
      Name: executionNameOf(run.id, type),
      RoleArn: labels[EXECUTION_LABELS.role] ?? `arn:${scope.partition}:iam::${scope.account}:role/tidegate`,
      StartTime: timeText(run.startedAt),
      ...(type === 'STANDARD' && { RedriveCount: redrives?.count ?? 0 }),
      ...(redrives && { RedriveTime: timeText(redrives.at) }),
    },
    StateMachine: {
      Id: stateMachineArn(scope, run.workflow),
      Name: stateMachineOfWorkflow(run.workflow),
    },
    State: {
      Name: state?.name,
      EnteredTime: timeText(token?.at ?? now),
      ...(RETRYING.has(state?.type) && { RetryCount: retriesOf(token) }),
    },
    ...(state?.token === true && { Task: { Token: TASK_TOKEN } }),
    ...(index !== null && mapMember(environment)),
  };
}

/** A context object that was given, with the item that is being done. */
export function givenContextObject(given: unknown, environment: QueryEnvironment): unknown {
  return environment.index === null ? given : { ...Object(given), ...mapMember(environment) };
}

function mapMember(environment: QueryEnvironment) {
  const { item, index } = environment;
  return { Map: { Item: { Index: index, Value: item, Source: sourceOfItem(environment) } } };
}

/** Counts anew after a redrive, unlike the attempts. */
function retriesOf(token: Token | undefined): number {
  return token?.tries?.reduce((sum, granted) => sum + granted, 0) ?? 0;
}

function timeText(at: number): string {
  return new Date(at).toISOString();
}
