import { randomUUID } from 'node:crypto';
import type { LambdaBehaviour, LambdaCall } from './lambda.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What running a function came to: the text of its result, or of its error. */
export interface Outcome {
  readonly text: string;
  readonly failed: boolean;
}

/** Of an answer, in bytes. */
const LARGEST_ANSWER = 6_291_556;

/** Runs the function. An empty request is an empty object, as a runtime sees it. */
export async function outcomeOf(
  behaviour: LambdaBehaviour,
  call: LambdaCall,
  sleep: (ms: number) => Promise<void>,
): Promise<Outcome> {
  const input = call.body === '' ? '{}' : call.body;
  switch (behaviour.behaviour) {
    case 'echo_input':
    case 'refuse':
      return { text: input, failed: false };
    case 'return_constant':
      return { text: pythonJson(behaviour.value), failed: false };
    case 'raise':
      return raised(behaviour.errorType, behaviour.errorMessage);
    case 'return_oversized':
      return {
        text: `"${'é'.repeat((behaviour.bytes - 2) >> 1)}${'e'.repeat(behaviour.bytes & 1)}"`,
        failed: false,
      };
    case 'sleep_then_echo_input':
      await sleep(behaviour.seconds * 1000);
      return { text: input, failed: false };
    case 'compute':
      try {
        return {
          text: pythonJson((await behaviour.compute(JSON.parse(input), call)) ?? null),
          failed: false,
        };
      } catch (error) {
        return raised((error as Error).name, (error as Error).message);
      }
  }
}

/** The body that Lambda's Python runtime gives of an error. */
function raised(errorType: string, errorMessage: string): Outcome {
  const argument = errorMessage === '' ? '' : JSON.stringify(errorMessage);
  const line = errorMessage === '' ? 9 : 2;
  const stackTrace = [
    `  File "/var/task/handler.py", line ${line}, in handler\n    raise ${errorType}(${argument})\n`,
  ];
  return { text: pythonJson({ errorMessage, errorType, requestId: randomUUID(), stackTrace }), failed: true };
}

export function outcomeAnswer({ text, failed }: Outcome): Answer {
  return { status: 200, headers: failed ? { 'x-amz-function-error': 'Unhandled' } : {}, body: text };
}

/** The service cuts off what is too large, and calls it the function's error. */
export function largestAnswer(answer: Answer): Answer {
  if (Buffer.byteLength(answer.body) <= LARGEST_ANSWER) return answer;
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${LARGEST_ANSWER} bytes).`;
  const body = JSON.stringify({ errorType: 'Function.ResponseSizeTooLarge', errorMessage });
  return { status: 200, headers: { 'x-amz-function-error': 'Unhandled' }, body };
}

/** An error of the service, not of a function. */
export function failureAnswer(status: number, errorType: string, message: string): Answer {
  const body = JSON.stringify({ Type: status < 500 ? 'User' : 'Service', Message: message, message });
  return { status, headers: { 'x-amzn-errortype': errorType }, body };
}

/** As Python's `json.dumps` spaces it. */
function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}: ${pythonJson(member)}`,
  );
  return `{${members.join(', ')}}`;
}
