import { compileTemplate } from '../expressions/index.ts';
import type { CompleteAction, FailAction } from '../model/documents.ts';
import type { ActionType } from './action.ts';

export const complete: ActionType<CompleteAction> = {
  compile(definition, limits) {
    const output = compileTemplate(definition.output ?? null, { limits });
    return {
      type: 'complete',
      plan: (environment) => ({
        op: 'complete',
        output: output.evaluate(output.constant ? {} : environment.variables()),
      }),
    };
  },
};

export const fail: ActionType<FailAction> = {
  compile(definition, limits) {
    const template = compileTemplate(
      { error: definition.error ?? 'RUN_FAILED', cause: definition.cause ?? null },
      { limits },
    );
    return {
      type: 'fail',
      plan(environment) {
        const { error, cause } = template.evaluate(template.constant ? {} : environment.variables()) as {
          error: unknown;
          cause: unknown;
        };
        return { op: 'fail', error: String(error), cause };
      },
    };
  },
};
