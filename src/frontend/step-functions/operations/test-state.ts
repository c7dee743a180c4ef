import { ARN_RULE } from '../arguments.ts';
import type { Members } from '../members.ts';
import type { Operation } from '../service.ts';
import { ServiceError } from '../service-error.ts';

const testState: Operation = {
  scope: 'run',
  async handle(service, { members }) {
    const payload = { max: service.payloadCharacters, sensitive: true } as const;
    members.text('definition', { min: 1, max: 1_048_576, sensitive: true });
    members.optionalText('roleArn', ARN_RULE);
    for (const name of ['input', 'variables', 'context']) members.optionalText(name, payload);
    members.choice('inspectionLevel', ['INFO', 'DEBUG', 'TRACE']);
    members.flag('revealSecrets');
    members.optionalText('stateName', { min: 1, max: 80, sensitive: true });
    checkMock(members.structure('mock'), service.payloadCharacters);
    checkConfiguration(members.structure('stateConfiguration'));
    members.check();
    throw new ServiceError('ServiceUnavailableException', 'this server runs no state alone', { status: 503 });
  },
};

function checkMock(mock: Members | undefined, payload: number): void {
  mock?.optionalText('result', { max: payload, sensitive: true });
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
