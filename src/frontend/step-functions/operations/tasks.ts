import { TidegateError } from '../../../model/errors.ts';
import { jsonOf } from '../arguments.ts';
import type { Operation, Service } from '../service.ts';
import { ServiceError } from '../service-error.ts';

/** Characters of our tokens at most; see the callback tokens. */
const TOKEN_RULE = { min: 1, max: 4_096 } as const;

type Report = Parameters<Service['gateway']['callback']>[1];

async function report(service: Service, token: string, what: Report): Promise<object> {
  try {
    await service.gateway.callback(token, what);
    return {};
  } catch (error) {
    throw toTaskError(error);
  }
}

/** What became of a token, in the service's words. */
export function toTaskError(error: unknown): unknown {
  if (!(error instanceof TidegateError)) return error;
  if (error.code === 'INVALID_TOKEN')
    return new ServiceError('InvalidToken', "Invalid Token: 'Invalid token'");
  if (error.code === 'CALLBACK_CLOSED')
    return new ServiceError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
  return error;
}

const success: Operation = {
  scope: 'run',
  async handle(service, { members }) {
    const token = members.text('taskToken', TOKEN_RULE);
    members.require('output');
    const output = members.optionalText('output', { maxBytes: service.payloadBytes, sensitive: true }) ?? '';
    members.check();
    const result = jsonOf(
      output,
      service.limits,
      (fault) => new ServiceError('InvalidOutput', `Invalid Output: '${fault}'`),
    );
    return report(service, token, { kind: 'success', result });
  },
};

const failure: Operation = {
  scope: 'run',
  async handle(service, { members }) {
    const token = members.text('taskToken', TOKEN_RULE);
    const error = members.optionalText('error', { max: 256, sensitive: true });
    const cause = members.optionalText('cause', { max: 32_768, sensitive: true });
    members.check();
    return report(service, token, {
      kind: 'failure',
      error: error ?? 'States.TaskFailed',
      cause: cause ?? '',
    });
  },
};

const heartbeat: Operation = {
  scope: 'run',
  async handle(service, { members }) {
    const token = members.text('taskToken', TOKEN_RULE);
    members.check();
    return report(service, token, { kind: 'heartbeat' });
  },
};

export const taskOperations: Readonly<Record<string, Operation>> = {
  SendTaskSuccess: success,
  SendTaskFailure: failure,
  SendTaskHeartbeat: heartbeat,
};
