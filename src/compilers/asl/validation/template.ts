import { isUnsafeKey } from '../../../expressions/compile-literals.ts';
import { type Check, requireObject } from './fields.ts';
import type { Here } from './inspection.ts';
import { isObject, quoted } from './json-type.ts';
import type { Place } from './place.ts';
import { noteVariables } from './references.ts';

/** What was probably meant as a path, an intrinsic or an expression. */
const PATH_LIKE = /^\$\$?[.[]|^States\.[A-Za-z0-9]+\(|^\{%.*%\}$/s;

/** Any JSON in which keys that end in `.$` hold paths or intrinsics: Parameters, ResultSelector, Assign, ... */
export const jsonPathTemplate: Check = (value, at, here) => {
  if (Array.isArray(value)) {
    value.forEach((each, index) => {
      jsonPathTemplate(each, at.at(index), here);
    });
  } else if (isObject(value)) {
    for (const key of Object.keys(value)) {
      const each = value[key];
      if (key.endsWith('.$')) checkDynamicKey(value, key, at, here);
      else if (typeof each === 'string') checkStaticText(key, each, at, here);
      else jsonPathTemplate(each, at.at(key), here);
    }
  }
};

/** The same where only an object makes sense. */
export const jsonPathObject: Check = (value, at, here) => {
  if (requireObject(value, at, here)) jsonPathTemplate(value, at, here);
};

function checkDynamicKey(
  object: Readonly<Record<string, unknown>>,
  key: string,
  at: Place,
  here: Here,
): void {
  const value = object[key];
  const outcome =
    typeof value === 'string'
      ? here.inspection.expressions.pathOrIntrinsic(value)
      : { fault: `${quoted(value)} is not even a string`, variables: [] };
  if (outcome.fault !== undefined) {
    here.findings.error(
      'ASL_TEMPLATE',
      at.at(key),
      `"${key}" must hold a path or an intrinsic function: ${outcome.fault}`,
      {
        service: {
          message: `The value for the field '${key}' must be a valid JSONPath or a valid intrinsic function call`,
          at,
        },
      },
    );
  } else noteVariables(outcome.variables, at.at(key), here);
  const plain = key.slice(0, -2);
  if (isUnsafeKey(plain)) {
    here.findings.error('ASL_TEMPLATE', at.at(key), `the key "${plain}" is not allowed`);
  }
  if (Object.hasOwn(object, plain)) {
    here.findings.error('ASL_TEMPLATE', at.at(key), `"${key}" and "${plain}" would be the same field`);
  }
}

function checkStaticText(key: string, value: string, at: Place, here: Here): void {
  if (!PATH_LIKE.test(value)) return;
  here.findings.warning(
    'ASL_STATIC_TEXT',
    at.at(key),
    value.startsWith('{%')
      ? `${quoted(value)} stays a text: the query language here is JSONPath`
      : `${quoted(value)} stays a text: a key for a path ends in ".$"`,
    value.startsWith('{%')
      ? {}
      : {
          suggestion: `${key}.$`,
          service: {
            severity: 'WARNING',
            code: 'NO_DOLLAR',
            message: 'No .$ on a field that appears to be a JSONPath or Intrinsic Function',
          },
        },
  );
}
