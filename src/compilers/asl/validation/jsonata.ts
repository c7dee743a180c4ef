import { expressionIn } from '../../../expressions/jsonata/index.ts';
import { type Check, requireObject } from './fields.ts';
import type { Detail } from './findings.ts';
import type { Here } from './inspection.ts';
import { isObject, quoted } from './json-type.ts';
import type { Place } from './place.ts';
import { noteVariables } from './references.ts';

/** What may hold any text. */
const QUOTED = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|\/\*[^*]*(?:\*(?!\/)[^*]*)*\*\//g;

/** Whether the text is delimited as an expression on either side. */
export function isJsonata(text: string): boolean {
  return text.startsWith('{%') || text.endsWith('%}');
}

/** A whole `{% ... %}`. */
export function checkJsonata(text: string, at: Place, here: Here): void {
  if (text.length < 4 || !text.startsWith('{%') || !text.endsWith('%}')) {
    here.findings.error(
      'ASL_JSONATA',
      at,
      `${quoted(text)} must begin with "{%" and end with "%}", without space outside`,
    );
    return;
  }
  const expression = expressionIn(text)!;
  const { fault, complaint, variables, states, names = [] } = here.inspection.expressions.jsonata(expression);
  if (fault !== undefined) {
    const service = { code: 'INVALID_JSONATA_EXPRESSION', message: complaint } as const;
    here.findings.error('ASL_JSONATA', at, fault, complaint === undefined ? {} : { service });
    return;
  }
  for (const name of names) {
    here.findings.error(
      'ASL_JSONATA',
      at,
      `nothing is there at the top of ${quoted(expression)} that has "${name}": begin with $states.input or a variable`,
      unsupported(`Reference to '${name}' at the top level is not supported.`),
    );
  }
  noteVariables(variables, at, here);
  if (expression.includes('$$')) checkRoot(expression, at, here);
  if (variables.includes('states')) checkStates(states ?? [], at, here);
}

/** There is no input at the root: what can be read are `$states` and variables. */
function checkRoot(expression: string, at: Place, here: Here): void {
  if (!/\$\$(?!\w)/.test(expression.replaceAll(QUOTED, '""'))) return;
  here.findings.error(
    'ASL_JSONATA',
    at,
    `${quoted(expression)} reads $$, which is not there: use $states.input`,
    unsupported(),
  );
}

/** `$states.result` and `$states.errorOutput` have a value in some fields only. */
function checkStates(parts: readonly string[], at: Place, here: Here): void {
  for (const part of parts) {
    if (part === here.sees || (part !== 'result' && part !== 'errorOutput')) continue;
    here.findings.error(
      'ASL_STATES_VARIABLE',
      at,
      part === 'result'
        ? '$states.result is there only in Output and Assign of a Task, Parallel or Map state'
        : '$states.errorOutput is there only in Output and Assign of a Catch',
      unsupported(`Field '$states.${part}' does not exist.`),
    );
  }
}

/** What is valid JSONata, but not in a state. */
function unsupported(message?: string): Detail {
  return { service: { code: 'UNSUPPORTED_JSONATA_EXPRESSION', ...(message !== undefined && { message }) } };
}

/** Any JSON whose strings may be expressions: Arguments, Output, Assign, ... */
export const jsonataTemplate: Check = (value, at, here) => {
  if (typeof value === 'string') {
    if (isJsonata(value)) checkJsonata(value, at, here);
  } else if (Array.isArray(value)) {
    value.forEach((each, index) => {
      jsonataTemplate(each, at.at(index), here);
    });
  } else if (isObject(value)) {
    for (const key of Object.keys(value)) {
      const each = value[key];
      if (key.endsWith('.$') && typeof each === 'string' && /^\$|^States\./.test(each)) {
        here.findings.warning(
          'ASL_STATIC_TEXT',
          at.at(key),
          `"${key}" is nothing special in JSONata: its value stays the text ${quoted(each)}`,
        );
      }
      jsonataTemplate(each, at.at(key), here);
    }
  }
};

/** An object, or an expression for one. */
export const jsonataObject: Check = (value, at, here) => {
  if (typeof value === 'string' && isJsonata(value)) checkJsonata(value, at, here);
  else if (requireObject(value, at, here)) jsonataTemplate(value, at, here);
};

/** An array or object, or an expression for one. */
export const jsonataItems: Check = (value, at, here) => {
  if (Array.isArray(value)) jsonataTemplate(value, at, here);
  else jsonataObject(value, at, here);
};
