import { freePort } from './free-port.ts';
import { motoSoftware } from './moto-software.ts';
import type { RunningServer } from './running-server.ts';
import { makeFolders, ServerProcess } from './server-process.ts';

/** A server that answers like S3, SQS, SNS, DynamoDB, EventBridge and others, empty at first, in memory. */
export interface MotoServer extends RunningServer {
  /** For AWS_ENDPOINT_URL. */
  readonly url: string;
}

export async function startMoto(): Promise<MotoServer> {
  const software = await motoSoftware('');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = new ServerProcess({
    software,
    args: ['-H', '127.0.0.1', '-p', String(port)],
    folders: makeFolders('moto'),
    answers: () =>
      fetch(`${url}/moto-api/`).then(
        ({ ok }) => ok,
        () => false,
      ),
  });
  await server.start();
  return Object.assign(server, { url });
}
