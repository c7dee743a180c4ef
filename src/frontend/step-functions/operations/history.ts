import { type ExecutionEvent, serviceEvent } from '../../../compilers/asl/history/index.ts';
import { EXECUTION_LABELS } from '../../../model/execution-labels.ts';
import type { RunDocument } from '../../../model/run.ts';
import { ARN_RULE } from '../arguments.ts';
import { type PageAsked, pageOf, slice } from '../page-token.ts';
import { type Operation, type Service, seconds } from '../service.ts';
import { runOf } from '../target.ts';

const history: Operation = {
  scope: 'read',
  async handle(service, { members }) {
    const arn = members.text('executionArn', ARN_RULE);
    const reverse = members.flag('reverseOrder') ?? false;
    const data = members.flag('includeExecutionData') ?? true;
    const page = pageOf(members, ['history', arn, String(reverse)]);
    const run = await runOf(service, arn);
    const events = await eventsOf(service, run);
    const { items, ...rest } = reverse ? latest(events, page) : slice(events, page);
    return { events: items.map((event) => shown(event, data)), ...rest };
  },
};

/** The newest first. What is added while somebody turns the pages moves nothing. */
function latest(
  events: readonly ExecutionEvent[],
  page: PageAsked,
): ReturnType<typeof slice<ExecutionEvent>> {
  const until = page.after === undefined ? events.length : Number(page.after);
  const from = Math.max(until - page.size, 0);
  return {
    items: events.slice(from, until).reverse(),
    ...(from > 0 && { nextToken: page.token(String(from)) }),
  };
}

async function eventsOf(service: Service, run: RunDocument): Promise<readonly ExecutionEvent[]> {
  const { gateway, machines, histories } = service;
  const workflow = await gateway.getWorkflow(run.workflow, run.version);
  const roleArn = run.labels[EXECUTION_LABELS.role] ?? (await machines.of(workflow)).record.roleArn;
  return histories.of({ run, workflow, roleArn });
}

/** Members that hold what the execution works on. */
const DATA = ['input', 'output', 'assignedVariables', 'parameters'] as const;

function shown(event: ExecutionEvent, data: boolean): object {
  const { details } = event;
  const lean =
    data || details === undefined
      ? event
      : {
          ...event,
          details: Object.fromEntries(Object.entries(details).filter(([member]) => !isData(member))),
        };
  return { ...serviceEvent(lean), timestamp: seconds(event.timestamp) };
}

function isData(member: string): boolean {
  return DATA.some((name) => name === member || `${name}Details` === member);
}

export const historyOperations: Readonly<Record<string, Operation>> = { GetExecutionHistory: history };
