import type { EmitAction } from '../model/documents.ts';
import { type ActionType, compileValue } from './action.ts';

/** An internal event of the same run and scope, processed in the same step. */
export const emit: ActionType<EmitAction> = {
  compile(definition, limits) {
    const template = compileValue(
      { subject: definition.subject ?? null, data: definition.data ?? null },
      limits,
    );
    const { hold, turns, spend } = definition;
    const moves = {
      ...(hold !== undefined && { hold }),
      ...(turns !== undefined && { turns }),
      ...(spend !== undefined && { spend }),
    };
    return {
      type: 'emit',
      plan(environment) {
        const { subject, data } = template(environment) as {
          subject: unknown;
          data: unknown;
        };
        return {
          op: 'emit',
          type: definition.event,
          subject: subject === null ? undefined : String(subject),
          data,
          ...moves,
        };
      },
    };
  },
};
