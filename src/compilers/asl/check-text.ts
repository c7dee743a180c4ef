import type { Diagnostic } from '../../model/errors.ts';
import { escapePointer } from '../../model/json.ts';
import { duplicateStates } from './validation/index.ts';

/** Faults that only the text of a machine shows: two states of one name, of which readers of JSON keep the last. */
export function checkAslText(text: string): Diagnostic[] {
  if (!isJson(text)) return [];
  return duplicateStates(text).map((steps) => ({
    code: 'ASL_DUPLICATE_STATE',
    severity: 'error',
    message: `two states are called "${steps.at(-1)}"; a reader of JSON keeps the last of them`,
    pointer: steps.map((step) => `/${escapePointer(String(step))}`).join(''),
  }));
}

/** YAML that repeats a key is refused by its reader. */
function isJson(text: string): boolean {
  if (!text.trimStart().startsWith('{')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
