import { testState as runState, type TestStateRequest } from '../../../compilers/asl/test-state/index.ts';
import { ARN_RULE } from '../arguments.ts';
import type { Members } from '../members.ts';
import type { Operation } from '../service.ts';
import { ServiceError } from '../service-error.ts';

/** A definition that is run at once: whoever may do that may register one. */
const testState: Operation = {
  scope: 'write',
  async handle(service, { members }) {
    const payload = { maxBytes: service.payloadBytes, sensitive: true } as const;
    members.text('definition', { min: 1, max: 1_048_576, sensitive: true });
    members.optionalText('roleArn', ARN_RULE);
    for (const name of ['input', 'variables', 'context']) members.optionalText(name, payload);
    members.choice('inspectionLevel', ['INFO', 'DEBUG', 'TRACE']);
    members.flag('revealSecrets');
    members.optionalText('stateName', { min: 1, max: 80, sensitive: true });
    checkMock(members.structure('mock'), service.payloadBytes);
    checkConfiguration(members.structure('stateConfiguration'));
    members.check();
    const { limits, clock, arns, performTask: perform } = service;
    const request = withoutNulls(members.whole) as TestStateRequest;
    const came = await runState(request, { limits, now: clock.now(), arns, perform });
    if ('answer' in came) return came.answer;
    throw new ServiceError(came.refused.code, came.refused.message);
  },
};

/** Some clients send null for what they leave out. */
function withoutNulls(given: object): unknown {
  return Object.fromEntries(
    Object.entries(given)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, typeof value === 'object' ? withoutNulls(value as object) : value]),
  );
}

function checkMock(mock: Members | undefined, payload: number): void {
  mock?.optionalText('result', { maxBytes: payload, sensitive: true });
  mock?.choice('fieldValidationMode', ['STRICT', 'PRESENT', 'NONE']);
  const error = mock?.structure('errorOutput');
  error?.optionalText('error', { max: 256, sensitive: true });
  error?.optionalText('cause', { max: 32_768, sensitive: true });
}

function checkConfiguration(configuration: Members | undefined): void {
  configuration?.number('retrierRetryCount', { min: 0 });
  configuration?.optionalText('errorCausedByState', { min: 1, max: 80 });
  configuration?.number('mapIterationFailureCount', { min: 0 });
  configuration?.optionalText('mapItemReaderData', { max: 262_144, sensitive: true });
}

export const testOperations: Readonly<Record<string, Operation>> = { TestState: testState };
