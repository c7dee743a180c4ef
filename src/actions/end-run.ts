import type { CompleteAction, FailAction } from '../model/documents.ts';
import { type ActionType, compileValue } from './action.ts';

export const complete: ActionType<CompleteAction> = {
  compile(definition, limits) {
    const output = compileValue(definition.output ?? null, limits);
    return {
      type: 'complete',
      plan: (environment) => ({
        op: 'complete',
        output: output(environment),
      }),
    };
  },
};

export const fail: ActionType<FailAction> = {
  compile(definition, limits) {
    const template = compileValue(
      {
        error: definition.error === undefined ? 'RUN_FAILED' : definition.error,
        cause: definition.cause ?? null,
      },
      limits,
    );
    return {
      type: 'fail',
      plan(environment) {
        const { error, cause } = template(environment) as {
          error: unknown;
          cause: unknown;
        };
        return { op: 'fail', error: error === null ? undefined : String(error), cause };
      },
    };
  },
};
