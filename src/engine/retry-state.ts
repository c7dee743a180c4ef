import type { Operation } from '../actions/index.ts';
import type { CloudEvent } from '../model/cloud-event.ts';
import { TidegateError } from '../model/errors.ts';
import { entryOf, type Token } from '../model/token.ts';
import type { CompiledTrigger } from './compiled-trigger.ts';
import { fractionOf } from './retry.ts';
import type { Scope } from './scope.ts';
import type { Step } from './step.ts';

/** Sets the timer that enters the token's state again, as a further attempt. */
export function retryState(
  step: Step,
  scope: Scope,
  trigger: CompiledTrigger,
  { name, retrier, delayMs, turns }: Extract<Operation, { op: 'retry-state' }>,
  event: CloudEvent | undefined,
): void {
  const token = event?.token;
  if (token === undefined) {
    throw new TidegateError('ACTION_FAILED', `retry-state of trigger "${trigger.id}": there is no token`);
  }
  const { input, ...rest } = token;
  const tries = [...(token.tries ?? [])];
  for (let i = tries.length; i <= retrier; i++) tries.push(0);
  tries[retrier]!++;
  const next: Token = {
    ...rest,
    tries,
    attempt: (token.attempt ?? 1) + 1,
    spent: (token.spent ?? 0) + turns,
  };
  const draw = fractionOf(`${step.run.key}:${scope.path}:${trigger.id}:${entryOf(next)}`);
  step.setTimer({
    id: `u${scope.path}|${name}`,
    at: step.now + Math.round(delayMs(tries[retrier]!, draw)),
    scope: scope.path,
    kind: 'user',
    name,
    data: input ?? null,
    token: next,
  });
}
