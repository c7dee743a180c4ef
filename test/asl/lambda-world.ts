import type { LambdaBehaviour } from '../servers/lambda.ts';
import type { TaskAnswer, World } from './interpreter/index.ts';

const INVOKE = 'arn:aws:states:::lambda:invoke';

/** A world of Lambda functions that behave as recorded, for the interpreter. */
export function lambdaWorld(functions: Readonly<Record<string, LambdaBehaviour>>): World {
  return {
    startedAt: Date.parse('2026-01-01T00:00:00Z'),
    resultBytes: 262_144,
    call(resource, argument) {
      if (!resource.startsWith(INVOKE)) return answerOf(functions, resource, argument);
      const { FunctionName, Payload } = argument as { FunctionName: string; Payload?: unknown };
      const answer = answerOf(functions, FunctionName, lambdaPayload(Payload));
      if (!('result' in answer)) return answer;
      const result = { ExecutedVersion: '$LATEST', Payload: answer.result, StatusCode: 200 };
      return { ...answer, result };
    },
  };
}

/** Nothing is an empty object, and a string that is JSON is sent as that JSON. */
export function lambdaPayload(payload: unknown): unknown {
  if (payload === undefined || payload === null) return {};
  if (typeof payload !== 'string') return payload;
  try {
    return JSON.parse(payload);
  } catch {
    return payload;
  }
}

function answerOf(
  functions: Readonly<Record<string, LambdaBehaviour>>,
  name: string,
  input: unknown,
): TaskAnswer {
  const behaviour = functions[name.slice(name.lastIndexOf(':') + 1)];
  switch (behaviour?.behaviour) {
    case undefined:
      return { error: 'Lambda.ResourceNotFoundException', cause: `Function not found: ${name}` };
    case 'echo_input':
      return { result: input };
    case 'return_constant':
      return { result: behaviour.value };
    case 'return_oversized':
      return { result: 'x'.repeat(behaviour.bytes) };
    case 'sleep_then_echo_input':
      return { result: input, takesMs: behaviour.seconds * 1000 };
    case 'raise': {
      const { errorType, errorMessage } = behaviour;
      const cause = JSON.stringify({ errorMessage, errorType, requestId: 'request', stackTrace: [] });
      return { error: errorType, cause };
    }
    default:
      throw new Error(`no recorded function behaves as ${behaviour?.behaviour}`);
  }
}
