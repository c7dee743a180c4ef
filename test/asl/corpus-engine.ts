import {
  awsClients,
  ResourceMap,
  secretsFrom,
  taskInvoker,
  undiciOutgoing,
} from '../../src/actions/index.ts';
import { taskTokenOf } from '../../src/actions/task/task-token.ts';
import { EXECUTION_LABELS } from '../../src/model/execution-labels.ts';
import { LIMITS } from '../../src/model/limits.ts';
import type { RunDocument } from '../../src/model/run.ts';
import { expressRun } from '../../src/model/step-functions-arns.ts';
import { type Gateway, startEngine } from '../../src/workers/index.ts';
import { startLambda } from '../servers/lambda.ts';
import type { CorpusCase } from './corpus-cases.ts';
import { type CorpusGround, embeddedGround } from './corpus-grounds.ts';
import type { Came } from './corpus-judge.ts';
import { ownNames } from './corpus-names.ts';
import { type Mocks, mocking, type ReportFailure } from './mocked-answers.ts';
import { type S3StandIn, startS3 } from './s3-stand-in.ts';
import { type ServiceEvent, traceOf } from './trace-of.ts';

export interface CorpusEngine {
  /** Runs a case to its end; any number at the same time. */
  run(each: CorpusCase): Promise<Came>;
  /** The text of an object that was written. */
  readonly object: S3StandIn['get'];
  stop(): Promise<void>;
}

const LONGEST_MS = 60_000;

export interface CorpusEngineOptions {
  /** Default: embedded, in a temporary folder. Closed at the end. */
  readonly ground?: CorpusGround;
  /** The history of a run in the service's shape. Absent: histories are not judged. */
  readonly history?: (run: RunDocument, gateway: Gateway) => Promise<readonly ServiceEvent[]>;
}

/** A whole engine in this process, with the functions and objects of the cases behind the protocols of AWS. */
export async function startCorpusEngine({
  ground: given,
  history,
}: CorpusEngineOptions = {}): Promise<CorpusEngine> {
  const ground = given ?? (await embeddedGround());
  const lambda = await startLambda();
  const s3 = await startS3();
  const environment = {
    AWS_ENDPOINT_URL_LAMBDA: lambda.url,
    AWS_ENDPOINT_URL_S3: s3.url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
  };
  const before = Object.fromEntries(Object.keys(environment).map((name) => [name, process.env[name]]));
  Object.assign(process.env, environment);
  const aws = awsClients(environment);
  const outgoing = undiciOutgoing({ allowLoopback: true });
  const secrets = secretsFrom({ environment: {}, readFile: () => Promise.reject(new Error('no secrets')) });
  const mocks = new Map<string, Mocks>();
  const engine = await startEngine({
    log: ground.log,
    store: ground.store,
    invokers: (callbackKey, ports) => {
      const task = taskInvoker({
        ...ports,
        callbackKey,
        aws,
        outgoing,
        secrets,
        limits: LIMITS,
        version: 'test',
        resources: new ResourceMap(),
      });
      const report: ReportFailure = (effect, failure) =>
        engine.gateway.callback(taskTokenOf(callbackKey, effect), { kind: 'failure', ...failure });
      return new Map([['task', mocking(task, mocks, report)]]);
    },
  });
  let cases = 0;
  return {
    object: s3.get,
    async run(each) {
      const number = ++cases;
      const { own, original } = ownNames(each, number);
      const workflow = `case${number}`;
      if (own.mock !== undefined) mocks.set(workflow, own.mock);
      for (const [name, behaviour] of Object.entries(own.lambda ?? {})) lambda.functions.set(name, behaviour);
      for (const { Bucket, Key, Body } of own.s3 ?? []) s3.put(Bucket, Key, Body);
      const { gateway } = engine;
      await gateway.putWorkflow(workflow, { format: 'asl', definition: own.definition });
      const { run } = await gateway.startRun(
        workflow,
        {
          input: own.input,
          ...(own.type === 'EXPRESS' && {
            id: expressRun('express', `e${number}`),
            labels: { [EXECUTION_LABELS.type]: 'EXPRESS' },
          }),
        },
        { waitMs: LONGEST_MS },
      );
      const { status, output, error, cause } = run;
      const trace = history && traceOf(await history(run, gateway));
      return original({ status, output, error, cause: cause as string, ...(trace && { history: trace }) });
    },
    async stop() {
      await engine.stop();
      await ground.close();
      await Promise.all([aws.close(), outgoing.close()]);
      await Promise.all([lambda.stop(), s3.stop()]);
      for (const [name, value] of Object.entries(before)) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    },
  };
}
