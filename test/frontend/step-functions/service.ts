import { SFNClient, type SFNClientConfig } from '@aws-sdk/client-sfn';
import type { StepFunctionsOptions } from '../../../src/frontend/step-functions/index.ts';
import { startTestFrontend, type TestFrontend } from '../test-frontend.ts';

export const ROLE = 'arn:aws:iam::123456789012:role/tests';
export const HERE = 'arn:aws:states:us-east-1:123456789012';

export interface TestService extends TestFrontend {
  /** `http://127.0.0.1:...` */
  readonly endpoint: string;
  readonly client: SFNClient;
  /** Another client of it. */
  connect(configuration?: SFNClientConfig): SFNClient;
}

/** The service over an engine in memory, listening on the loopback, and the SDK's own client. */
export async function startService(
  stepFunctions: StepFunctionsOptions = {},
  options: Parameters<typeof startTestFrontend>[0] = {},
  engine: Parameters<typeof startTestFrontend>[1] = {},
  served = true,
): Promise<TestService> {
  const started = await startTestFrontend({ ...options, stepFunctions: served && stepFunctions }, engine);
  const endpoint = await started.frontend.listen({ port: 0 });
  const clients: SFNClient[] = [];
  const connect = (configuration: SFNClientConfig = {}) => {
    const client = new SFNClient({
      endpoint,
      region: 'us-east-1',
      disableHostPrefix: true,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test-secret' },
      maxAttempts: 1,
      ...configuration,
    });
    clients.push(client);
    return client;
  };
  return {
    ...started,
    endpoint,
    client: connect(),
    connect,
    async close() {
      for (const client of clients) client.destroy();
      await started.close();
    },
  };
}
