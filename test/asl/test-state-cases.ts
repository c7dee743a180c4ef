import { readFileSync } from 'node:fs';
import { isObject, sameAsRecorded, without } from './corpus-equality.ts';

/** A recorded call of TestState. */
export interface TestStateCase {
  readonly id: string;
  readonly group: string;
  readonly state_definition: unknown;
  /** Null: none was sent. */
  readonly input: unknown;
  readonly args: Readonly<Record<string, unknown>>;
  readonly has_role: boolean;
  readonly kind: 'state' | 'service_schema';
  readonly expect: {
    readonly api_error?: { readonly code: string; readonly message: string };
    readonly status?: string;
    readonly output?: unknown;
    readonly output_ignore?: readonly string[];
    readonly error?: string;
    readonly cause?: string;
    readonly nextState?: string;
    readonly inspection?: Readonly<Record<string, unknown>>;
  };
}

export function testStateCases(): TestStateCase[] {
  return JSON.parse(
    readFileSync(new URL('corpus/recorded/test_state.json', import.meta.url), 'utf8'),
  ) as TestStateCase[];
}

/** The body of the call. */
export function testStateRequest({ state_definition, input, args, has_role }: TestStateCase) {
  return {
    definition: JSON.stringify(state_definition),
    ...(input !== null && { input: JSON.stringify(input) }),
    ...(has_role && { roleArn: 'arn:aws:iam::111111111111:role/role' }),
    ...args,
  };
}

/** What the call came to: the answer's body, or the error's name and text. */
export type TestStateCame =
  | { readonly answer: Readonly<Record<string, unknown>> }
  | { readonly error: { readonly code: string; readonly message: string } };

/** What is wrong with it, '' being right. Texts of JSON are compared as the JSON they hold. */
export function judgeTestState({ expect }: TestStateCase, came: TestStateCame): string {
  const { api_error: refused, output_ignore: open = [], inspection, ...rest } = expect;
  if (refused !== undefined) {
    const told = 'error' in came ? came.error : { answer: came.answer };
    return sameAsRecorded(refused, told) ? '' : `${text(told)}, not ${text(refused)}`;
  }
  if ('error' in came) return `refused with ${text(came.error)}`;
  const { answer } = came;
  for (const [name, recorded] of Object.entries(rest)) {
    const found = name === 'output' ? parsed(answer[name]) : answer[name];
    const at = name === 'output' ? open : [];
    if (!sameAsRecorded(without(recorded, at), without(found, at)))
      return `${name} is ${text(found)}, not ${text(recorded)}`;
  }
  const inspected = isObject(answer['inspectionData']) ? answer['inspectionData'] : {};
  for (const [name, recorded] of Object.entries(inspection ?? {})) {
    const given = inspected[name];
    const found = parsed(given);
    if (!sameAsRecorded(recorded, found)) return `${name} is ${text(found)}, not ${text(recorded)}`;
  }
  return '';
}

/** Makes every call of the record; one line for each case that is not answered as recorded. */
export async function runTestStateCases(
  testState: (request: ReturnType<typeof testStateRequest>) => Promise<TestStateCame>,
  cases = testStateCases(),
): Promise<string[]> {
  const verdicts = await Promise.all(
    cases.map(async (each) => [each.id, judgeTestState(each, await testState(testStateRequest(each)))]),
  );
  return verdicts.filter(([, wrong]) => wrong !== '').map(([id, wrong]) => `${id}: ${wrong}`);
}

const isText = (value: unknown): value is string => typeof value === 'string';

function parsed(value: unknown): unknown {
  if (!isText(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function text(value: unknown): string {
  const whole = JSON.stringify(value) ?? 'undefined';
  return whole.length > 600 ? `${whole.slice(0, 600)}...` : whole;
}
