import { EXECUTION_LABELS } from '../../../model/execution-labels.ts';
import type { RunDocument } from '../../../model/run.ts';
import { ARN_RULE } from '../arguments.ts';
import { pageOf, slice } from '../page-token.ts';
import type { HistoryEvent } from '../parts.ts';
import { type Operation, type Service, seconds } from '../service.ts';
import { ServiceError } from '../service-error.ts';
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
    const { items, ...rest } = slice(reverse ? [...events].reverse() : events, page);
    return {
      events: items.map(({ timestamp, ...event }) => ({
        timestamp: seconds(timestamp),
        ...(data ? event : withoutData(event)),
      })),
      ...rest,
    };
  },
};

async function eventsOf(service: Service, run: RunDocument): Promise<readonly HistoryEvent[]> {
  const { parts, gateway, arns, machines } = service;
  if (!parts.executionHistory)
    throw new ServiceError('ServiceUnavailableException', 'this server has no view of histories', {
      status: 503,
    });
  const workflow = await gateway.getWorkflow(run.workflow, run.version);
  const roleArn = run.labels[EXECUTION_LABELS.role] ?? (await machines.of(workflow)).record.roleArn;
  return parts.executionHistory({ run, workflow, type: 'STANDARD', roleArn, arns, gateway });
}

const DATA = new Set(['input', 'output', 'result', 'parameters', 'assignedVariables']);
const DETAILS: Readonly<Record<string, string>> = {
  input: 'inputDetails',
  output: 'outputDetails',
  assignedVariables: 'assignedVariablesDetails',
};

/** The event without what the execution worked on. */
function withoutData(event: object): object {
  return Object.fromEntries(
    Object.entries(event).map(([name, value]) => [
      name,
      typeof value !== 'object' || value === null
        ? value
        : Object.fromEntries(
            Object.entries(value as object)
              .filter(([member]) => !DATA.has(member))
              .map(([member, each]) =>
                Object.values(DETAILS).includes(member)
                  ? [member, { ...(each as object), included: false }]
                  : [member, each],
              ),
          ),
    ]),
  );
}

export const historyOperations: Readonly<Record<string, Operation>> = { GetExecutionHistory: history };
