import { TidegateError } from '../../model/errors.ts';
import { isEnded, type RunDocument } from '../../model/run.ts';
import type { RunFilter } from '../../stores/index.ts';
import { commandAnswer, NO_CONTENT, ok, okPage, PAGE, pageOf, slicePage } from '../answers.ts';
import * as parameters from '../parameters.ts';
import { type Answer, type Call, pathOf, type Route } from '../route.ts';
import { streamRun } from '../run-stream.ts';
import { traceparentOf } from '../trace-header.ts';

const tag = 'runs';
const RUN_PROBLEMS = ['WORKFLOW_NOT_FOUND', 'RUN_NOT_FOUND'] as const;
const FILTERS = [parameters.status, parameters.label, parameters.since, parameters.until] as const;

interface StartRunBody {
  readonly id?: string;
  readonly input?: unknown;
  readonly labels?: Readonly<Record<string, string>>;
  readonly version?: number;
}

function filterOf(call: Call, workflow: string | undefined): RunFilter {
  const status = parameters.status.of(call);
  const label = parameters.label.of(call);
  const startedFrom = parameters.since.of(call);
  const startedTo = parameters.until.of(call);
  return {
    ...(workflow !== undefined && { workflow }),
    ...(status !== undefined && { status }),
    ...(label !== undefined && { label }),
    ...(startedFrom !== undefined && { startedFrom }),
    ...(startedTo !== undefined && { startedTo }),
  };
}

const asItIs = (run: RunDocument) => run;

async function startRun(call: Call): Promise<Answer> {
  const workflow = pathOf(call, 'name');
  const start = (call.body ?? {}) as StartRunBody;
  // Derived from the Idempotency-Key, so that even a repetition after a crash before the answer was kept names the same run.
  const id = start.id ?? (call.idempotencyId && `k${call.idempotencyId.slice(0, 31)}`);
  const traceparent = traceparentOf(call);
  const waitMs = parameters.wait.of(call);
  const { run, created } = await call.gateway.startRun(
    workflow,
    { ...start, ...(id !== undefined && { id }), ...(traceparent !== undefined && { traceparent }) },
    waitMs === undefined || waitMs === 0 ? {} : { waitMs, leaving: call.closing },
  );
  const headers = { location: `/v1/workflows/${workflow}/runs/${run.id}` };
  if (waitMs === undefined) return { status: created ? 201 : 200, body: run, headers };
  return { status: isEnded(run.status) ? 200 : 202, body: run, headers };
}

function command(
  verb: 'cancel' | 'pause' | 'resume' | 'redrive',
  summary: string,
  problems: Route['problems'] = ['RUN_ENDED'],
): Route {
  return {
    operationId: `${verb}Run`,
    method: 'POST',
    path: `/v1/workflows/{name}/runs/{run}/${verb}`,
    tag,
    summary,
    scope: 'operate',
    body: { required: false, content: { 'application/json': 'Reason' } },
    responses: {
      200: { description: 'Applied; the run as it stands.', schema: 'Run' },
      202: {
        description: 'The command stands in the log and has not been applied yet.',
        schema: 'CommandResult',
      },
    },
    problems: [...RUN_PROBLEMS, ...(problems ?? [])],
    async handle(call) {
      const [name, run] = [pathOf(call, 'name'), pathOf(call, 'run')];
      const result = await call.gateway.commandRun(name, run, verb, (call.body ?? {}) as { reason?: string });
      return result.applied ? ok(await call.gateway.getRun(name, run)) : commandAnswer(result);
    },
  };
}

export const runRoutes: readonly Route[] = [
  {
    operationId: 'startRun',
    method: 'POST',
    path: '/v1/workflows/{name}/runs',
    tag,
    summary: 'Start a run; the same id and input again answers the run that is there',
    scope: 'run',
    query: [parameters.wait],
    body: { required: false, content: { 'application/json': 'StartRun' } },
    responses: {
      200: { description: 'With `wait`: the run has ended. Without: it was there already.', schema: 'Run' },
      201: { description: 'Started.', schema: 'Run' },
      202: { description: 'With `wait`: it has not ended within the time.', schema: 'Run' },
    },
    problems: ['WORKFLOW_NOT_FOUND', 'VERSION_NOT_FOUND', 'RUN_EXISTS', 'LIMIT_EXCEEDED'],
    handle: startRun,
  },
  {
    operationId: 'listRuns',
    method: 'GET',
    path: '/v1/workflows/{name}/runs',
    tag,
    summary: 'List the runs of a workflow, newest first',
    scope: 'read',
    query: [...FILTERS, ...PAGE],
    responses: { 200: { description: 'A page of them.', schema: 'RunPage' } },
    problems: ['WORKFLOW_NOT_FOUND'],
    async handle(call) {
      const name = pathOf(call, 'name');
      const page = await call.gateway.listRuns(filterOf(call, name), pageOf(call));
      // Runs of a deleted workflow are gone, so only an empty answer may hide a name that is not there.
      if (page.items.length === 0) await call.gateway.listVersions(name);
      return okPage(page, asItIs);
    },
  },
  {
    operationId: 'listAllRuns',
    method: 'GET',
    path: '/v1/runs',
    tag,
    summary: 'List the runs of all workflows, newest first',
    scope: 'read',
    query: [parameters.workflow, ...FILTERS, ...PAGE],
    responses: { 200: { description: 'A page of them.', schema: 'RunPage' } },
    handle: async (call) =>
      okPage(await call.gateway.listRuns(filterOf(call, parameters.workflow.of(call)), pageOf(call)), asItIs),
  },
  {
    operationId: 'getRun',
    method: 'GET',
    path: '/v1/workflows/{name}/runs/{run}',
    tag,
    summary: 'Show a run',
    scope: 'read',
    responses: { 200: { description: 'The run.', schema: 'Run' } },
    problems: RUN_PROBLEMS,
    handle: async (call) => ok(await call.gateway.getRun(pathOf(call, 'name'), pathOf(call, 'run'))),
  },
  {
    operationId: 'getHistory',
    method: 'GET',
    path: '/v1/workflows/{name}/runs/{run}/history',
    tag,
    summary: 'Show the inputs of a run in order: events, completions, timers, commands',
    scope: 'read',
    query: PAGE,
    responses: { 200: { description: 'A page of them.', schema: 'HistoryPage' } },
    problems: RUN_PROBLEMS,
    async handle(call) {
      const page = await call.gateway.history(pathOf(call, 'name'), pathOf(call, 'run'), pageOf(call));
      return okPage(page, (entry) => entry);
    },
  },
  {
    operationId: 'getExecutionHistory',
    method: 'GET',
    path: '/v1/workflows/{name}/runs/{run}/execution-history',
    tag,
    summary: 'Show the history of a run of a state machine as AWS Step Functions tells it',
    scope: 'read',
    query: PAGE,
    responses: { 200: { description: 'A page of events, oldest first.', schema: 'ExecutionHistoryPage' } },
    problems: [...RUN_PROBLEMS, 'UNSUPPORTED_FORMAT'],
    async handle(call) {
      const { gateway, histories } = call;
      const run = await gateway.getRun(pathOf(call, 'name'), pathOf(call, 'run'));
      const workflow = await gateway.getWorkflow(run.workflow, run.version);
      const events = await histories.of({ run, workflow });
      return okPage(
        slicePage(events, ({ id }) => String(id), pageOf(call)),
        ({ timestamp, ...event }) => ({ ...event, timestamp: new Date(timestamp).toISOString() }),
      );
    },
  },
  {
    operationId: 'getContexts',
    method: 'GET',
    path: '/v1/workflows/{name}/runs/{run}/contexts',
    tag,
    summary: 'Show the contexts of a live run',
    scope: 'read',
    query: PAGE,
    responses: { 200: { description: 'One per trigger and scope.', schema: 'ContextPage' } },
    problems: RUN_PROBLEMS,
    async handle(call) {
      const contexts = await call.gateway.contexts(pathOf(call, 'name'), pathOf(call, 'run'));
      const keyOf = ({ trigger, scope }: (typeof contexts)[number]) => `${trigger} ${scope}`;
      return okPage(slicePage(contexts, keyOf, pageOf(call)), (context) => context);
    },
  },
  {
    operationId: 'streamRun',
    method: 'GET',
    path: '/v1/workflows/{name}/runs/{run}/stream',
    tag,
    summary: 'Watch a run as server-sent events until it ends',
    scope: 'read',
    responses: { 200: { description: 'The stream.', mediaType: 'text/event-stream' } },
    problems: RUN_PROBLEMS,
    handle: streamRun,
  },
  command('cancel', 'Cancel a run'),
  command('pause', 'Pause a run: its events are kept and nothing fires'),
  command('resume', 'Resume a paused run'),
  command('redrive', 'Go on with a run that failed, timed out, stalled or was cancelled', [
    'RUN_NOT_REDRIVABLE',
  ]),
  {
    operationId: 'deleteRun',
    method: 'DELETE',
    path: '/v1/workflows/{name}/runs/{run}',
    tag,
    summary: 'Delete a run that has ended, with its history',
    scope: 'operate',
    responses: {
      202: {
        description: 'The command stands in the log and has not been applied yet.',
        schema: 'CommandResult',
      },
      204: { description: 'It is gone.' },
    },
    problems: [...RUN_PROBLEMS, 'WORKFLOW_IN_USE'],
    async handle(call) {
      const result = await call.gateway.commandRun(pathOf(call, 'name'), pathOf(call, 'run'), 'delete');
      return commandAnswer(result, NO_CONTENT);
    },
  },
];

/** Throws INVALID_PARAMETER: a run is named within its workflow only. */
export function requireWorkflowFor(run: string | undefined, workflow: string | undefined): void {
  if (run !== undefined && workflow === undefined)
    throw new TidegateError('INVALID_PARAMETER', '?run= wants ?workflow= beside it', {
      details: { parameter: 'run' },
    });
}
