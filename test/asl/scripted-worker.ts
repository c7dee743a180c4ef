import type { ScriptStep } from './arbitraries.ts';
import type { TaskAnswer, World } from './interpreter/index.ts';
import { lambdaPayload } from './lambda-world.ts';
import { WORKER } from './render-states.ts';

/** What a random machine tells its worker. */
export interface WorkerCall {
  readonly script: readonly ScriptStep[];
  readonly retry: number;
  readonly value: unknown;
}

/** Does what its argument says, depending on nothing else. */
export function scriptedAnswer({ script, retry, value }: WorkerCall): TaskAnswer {
  const step = script[Math.min(retry, script.length - 1)]!;
  if (step === 'ok') return { result: { value, tries: retry }, takesMs: 100 };
  if (step === 'slow') return { result: null, takesMs: 60_000 };
  return { error: step, cause: `told to fail with ${step}`, takesMs: 200 };
}

export const WORKER_WORLD: World = {
  startedAt: Date.parse('2026-01-01T00:00:00Z'),
  resultBytes: 262_144,
  call(resource, argument) {
    if (resource === WORKER) return scriptedAnswer(argument as WorkerCall);
    const { Payload } = argument as { Payload: unknown };
    const answer = scriptedAnswer(lambdaPayload(Payload) as WorkerCall);
    if (!('result' in answer)) return answer;
    return { ...answer, result: { ExecutedVersion: '$LATEST', Payload: answer.result, StatusCode: 200 } };
  },
};
