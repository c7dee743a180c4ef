import type { SetAction } from '../model/documents.ts';
import { type ActionType, compileValue } from './action.ts';

/** Sets variables of the trigger's scope; actions of the same list still see the old ones. */
export const set: ActionType<SetAction> = {
  compile(definition, limits) {
    const values = compileValue(definition.values, limits);
    return {
      type: 'set',
      plan: (environment) => ({
        op: 'set',
        values: values(environment) as Readonly<Record<string, unknown>>,
      }),
    };
  },
};
