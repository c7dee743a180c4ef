import type { FunctionAction } from '../model/documents.ts';
import type { Effect } from '../model/effect.ts';
import { EffectError, type Invoker } from './action.ts';
import { invokeAction } from './invoke.ts';

/** Calls a named function of the process: for embedded use and tests. */
export const functionAction = invokeAction<FunctionAction>(({ name, input }) => ({
  name,
  input: input ?? null,
}));

/** Calls at once to one function of the process, where the action sets none: there is no connection to spare. */
const FUNCTION_CONCURRENCY = 1_000;

export interface FunctionCall {
  /** The effect's id: the idempotency key. */
  readonly id: string;
  readonly run: string;
  readonly attempt: number;
  /** W3C trace context: of the call's own span where spans are made, else of the event that caused it. */
  readonly traceparent?: string;
  readonly signal: AbortSignal;
}
export type NamedFunction = (input: unknown, call: FunctionCall) => unknown;

/** Performs effects of kind `function`: looks the name up and calls it; FUNCTION_NOT_FOUND where there is none. */
export function functionInvoker(functions: ReadonlyMap<string, NamedFunction>): Invoker {
  return {
    concurrency: FUNCTION_CONCURRENCY,
    targetOf: (effect) => (effect.request as { name: string }).name,
    async invoke(effect: Effect, calling) {
      const { name, input } = effect.request as { name: string; input: unknown };
      const call = functions.get(name);
      if (call === undefined) {
        const message = `no function is registered under the name "${name}"; there are: ${[...functions.keys()].join(', ') || 'none'}`;
        throw new EffectError({ code: 'FUNCTION_NOT_FOUND', message, retryable: false });
      }
      const result = await call(input, {
        id: effect.id,
        run: effect.run,
        attempt: effect.attempt,
        ...(effect.traceparent !== undefined && { traceparent: effect.traceparent }),
        get signal() {
          return calling.signal;
        },
      });
      return result === undefined ? null : result;
    },
  };
}
