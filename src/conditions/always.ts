import type { AlwaysCondition } from '../model/documents.ts';
import { type ConditionType, FIRE } from './condition.ts';

/** Fires on each event. */
export const always: ConditionType<AlwaysCondition> = {
  type: 'always',
  compile: () => ({ type: 'always', afterOutcome: 'repeat', evaluate: () => FIRE }),
};
