/** The calls of TestState that were recorded on the service. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  awsClients,
  type Invoker,
  ResourceMap,
  secretsFrom,
  taskInvoker,
  undiciOutgoing,
} from '../../src/actions/index.ts';
import { type TestStateRequest, testState } from '../../src/compilers/asl/test-state/index.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { type LambdaBehaviour, type LambdaPeer, startLambda } from '../servers/lambda.ts';
import {
  judgeTestState,
  type TestStateCame,
  type TestStateCase,
  testStateCases,
  testStateRequest,
} from './test-state-cases.ts';

/** A call that is answered otherwise than recorded, and why. */
interface TestStateException {
  readonly id: string;
  readonly reason: string;
}

const EXCEPTIONS = JSON.parse(
  readFileSync(new URL('test-state-exceptions.json', import.meta.url), 'utf8'),
) as TestStateException[];
const LISTED = new Set(EXCEPTIONS.map(({ id }) => id));
const CASES = testStateCases() as (TestStateCase & {
  readonly lambda: Readonly<Record<string, LambdaBehaviour>> | null;
})[];
const named = (which: (id: string) => boolean) =>
  CASES.filter(({ id }) => which(id)).map((each) => [each.id, each] as const);
const NOW = Date.parse('2026-01-01T00:00:00Z');

describe('a recorded call of TestState', () => {
  let lambda: LambdaPeer;
  let task: Invoker;
  const closing: (() => unknown)[] = [];
  beforeAll(async () => {
    lambda = await startLambda();
    const given = {
      AWS_ENDPOINT_URL_LAMBDA: lambda.url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
    };
    const before = Object.fromEntries(Object.keys(given).map((name) => [name, process.env[name]]));
    Object.assign(process.env, given);
    const aws = awsClients(given);
    const outgoing = undiciOutgoing({ allowLoopback: true });
    const secrets = secretsFrom({
      environment: {},
      readFile: () => Promise.reject(new Error('no secrets')),
    });
    const callbackKey = 'key';
    const resources = new ResourceMap();
    task = taskInvoker({ aws, outgoing, secrets, callbackKey, resources, limits: LIMITS, version: 'test' });
    closing.push(
      () => aws.close(),
      () => outgoing.close(),
      () => lambda.stop(),
      () => {
        for (const [name, value] of Object.entries(before)) {
          if (value === undefined) delete process.env[name];
          else process.env[name] = value;
        }
      },
    );
  });
  afterAll(() => Promise.all(closing.map((close) => close())));

  const wrongIn = async (each: (typeof CASES)[number]): Promise<string> => {
    for (const [name, behaviour] of Object.entries(each.lambda ?? {})) lambda.functions.set(name, behaviour);
    const came = await testState(testStateRequest(each) as TestStateRequest, {
      limits: LIMITS,
      now: NOW,
      perform: (effect) => task.invoke(effect, { signal: new AbortController().signal }),
    });
    const told: TestStateCame =
      'answer' in came ? { answer: { ...came.answer } } : { error: { ...came.refused } };
    return judgeTestState(each, told) || beyondTheRecord(each, told);
  };

  it.each(named((id) => !LISTED.has(id)))('is answered as recorded: %s', async (_, each) => {
    expect(await wrongIn(each)).toBe('');
  });

  it.each(named((id) => LISTED.has(id)))('is listed with the reason: %s', async (_, each) => {
    expect(await wrongIn(each)).not.toBe('');
  });
});

/** Members that the service did not answer; '' being right. Where an output is masked, the record leaves out its origins. */
function beyondTheRecord(
  { expect: { inspection, output_ignore = [], ...rest } }: TestStateCase,
  came: TestStateCame,
): string {
  if (!('answer' in came)) return '';
  const { inspectionData = {}, ...answer } = came.answer;
  const masked = output_ignore.length > 0 ? ['result', 'afterResultSelector', 'afterResultPath'] : [];
  const more = [
    ...Object.keys(answer).filter((name) => !(name in rest)),
    ...Object.keys(inspectionData as object).filter((name) => !(name in (inspection ?? {}))),
  ];
  return more.filter((name) => !masked.includes(name)).join(', ');
}
