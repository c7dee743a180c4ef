import type { QueryLanguage } from '../model.ts';
import type { Here } from './inspection.ts';
import { isObject, type JsonObject, quoted, typeOf } from './json-type.ts';
import type { Place } from './place.ts';

/** Looks at one value and reports what is wrong with it. */
export type Check = (value: unknown, at: Place, here: Here) => void;

export interface Field {
  readonly check: Check;
  /** Allowed in this query language alone. */
  readonly only?: QueryLanguage;
}

export interface Fields {
  /** What the object is called in messages. */
  readonly what: string;
  readonly known: ReadonlyMap<string, Field>;
  /** In the order in which the service names them. */
  readonly required: readonly string[];
  /** Of each group at most one. */
  readonly exclusive: readonly (readonly string[])[];
}

/** `only` is written as a suffix: `"InputPath JSONPath"`. */
export function fieldsOf(
  what: string,
  known: Readonly<Record<string, Check>>,
  rules: { readonly required?: readonly string[]; readonly exclusive?: readonly (readonly string[])[] } = {},
): Fields {
  const table = new Map<string, Field>();
  for (const [key, check] of Object.entries(known)) {
    const [name, only] = key.split(' ') as [string, QueryLanguage | undefined];
    table.set(name, only === undefined ? { check } : { check, only });
  }
  return { what, known: table, required: rules.required ?? [], exclusive: rules.exclusive ?? [] };
}

/** Checks each field by itself, and that none is missing, unknown, of the other query language, or one too many. */
export function checkFields(value: JsonObject, at: Place, here: Here, fields: Fields): void {
  requireFields(value, at, here, fields.required);
  for (const group of fields.exclusive) {
    const present = group.filter((name) => Object.hasOwn(value, name));
    if (present.length > 1) {
      here.findings.error(
        'ASL_EXCLUSIVE_FIELDS',
        at.at(present[1]!),
        `${fields.what} may have only one of ${group.join(', ')}`,
        {
          service: {
            message: `There should only be one of the following fields: [${group.join(', ')}]`,
            at,
          },
        },
      );
    }
  }
  for (const name of Object.keys(value)) {
    const field = fields.known.get(name);
    if (field === undefined) unknownField(name, at, here, fields);
    else if (field.only !== undefined && field.only !== here.language) {
      wrongLanguage(name, field.only, at, here);
    } else field.check(value[name], at.at(name), here);
  }
}

export function requireFields(value: JsonObject, at: Place, here: Here, names: readonly string[]): void {
  const missing = names.filter((name) => !Object.hasOwn(value, name));
  if (missing.length > 0) {
    here.findings.error(
      'ASL_MISSING_FIELD',
      at,
      `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing`,
      { service: { message: `These fields are required: [${missing.join(', ')}]` } },
    );
  }
}

/** Whether the value is an object; reports it otherwise. */
export function requireObject(value: unknown, at: Place, here: Here): value is JsonObject {
  if (isObject(value)) return true;
  wrongType(value, 'an object', at, here);
  return false;
}

export function requireArray(
  value: unknown,
  at: Place,
  here: Here,
  expected = 'an array',
): value is readonly unknown[] {
  if (Array.isArray(value)) return true;
  wrongType(value, expected, at, here);
  return false;
}

export function requireText(value: unknown, at: Place, here: Here, expected = 'a string'): value is string {
  if (typeof value === 'string') return true;
  wrongType(value, expected, at, here);
  return false;
}

/** Whether the value is an array; reports it otherwise, and also one without elements. */
export function requireElements(
  value: unknown,
  at: Place,
  here: Here,
  expected?: string,
): value is readonly unknown[] {
  if (!requireArray(value, at, here, expected)) return false;
  if (value.length === 0) empty(at, here);
  return true;
}

/** Reports an array or object without elements where there must be one. */
export function empty(at: Place, here: Here): void {
  here.findings.error('ASL_EMPTY', at, `${at.name} is empty`, {
    service: { message: 'Value cannot be empty' },
  });
}

export function wrongType(value: unknown, expected: string, at: Place, here: Here): void {
  here.findings.error(
    'ASL_WRONG_TYPE',
    at,
    `expected ${expected}, found ${typeOf(value)}: ${quoted(value)}`,
    {
      service: { message: `Expected value of type ${serviceType(expected)}` },
    },
  );
}

/** What the service calls it; names, ARNs and expressions are texts to it. */
function serviceType(expected: string): string {
  const type = /^an? (integer|number|boolean|object|array)\b/.exec(expected)?.[1] ?? 'string';
  return type.charAt(0).toUpperCase() + type.slice(1);
}

function unknownField(name: string, at: Place, here: Here, fields: Fields): void {
  const allowed = () =>
    [...fields.known]
      .filter(([, { only }]) => only === undefined || only === here.language)
      .map(([key]) => key);
  here.findings.error('ASL_UNKNOWN_FIELD', at.at(name), `${fields.what} has no field "${name}"`, {
    suggestion: here.findings.suggest(name, allowed),
    service: { message: `Field '${name}' is not supported`, at },
  });
}

function wrongLanguage(name: string, only: QueryLanguage, at: Place, here: Here): void {
  const message = `The QueryLanguage is set to '${here.language}', but field '${name}' is only supported for the '${only}' QueryLanguage`;
  here.findings.error('ASL_QUERY_LANGUAGE', at.at(name), message, { service: { message, at } });
}
