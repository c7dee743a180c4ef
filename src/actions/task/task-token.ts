import type { Effect } from '../../model/effect.ts';
import { signCallback } from '../callback-token.ts';
import { effectError } from '../effect-error.ts';
import { mapStrings } from '../secrets.ts';
import { TASK_TOKEN } from './token.ts';

/** Characters that a token may have, as the API of Step Functions says. */
export const LONGEST_TASK_TOKEN = 1_024;

/** The token that reports of the effect are made with. Throws LIMIT_EXCEEDED where names and scopes are too long for one. */
export function taskTokenOf(key: string, { run, id }: Effect): string {
  const token = signCallback(key, { run, effect: id });
  if (token.length <= LONGEST_TASK_TOKEN) return token;
  throw effectError(
    'LIMIT_EXCEEDED',
    `the task token would have ${token.length} characters, and ${LONGEST_TASK_TOKEN} are the most: shorten the names of the workflow, the run and the states around the task`,
  );
}

/** The arguments with the token wherever a string held its place. */
export function withTaskToken(given: unknown, token: () => string): unknown {
  return mapStrings(given, (text) =>
    text.includes(TASK_TOKEN) ? text.replaceAll(TASK_TOKEN, token()) : text,
  );
}
