import type { ErrorObject } from 'ajv/dist/2020.js';
import type { Diagnostic } from './errors.ts';
import { escapePointer } from './json.ts';
import { nearest } from './nearest.ts';

/** Turns what the validator found into diagnostics a person can act on: one per fault, with the value and what to write. */
export const MAXIMUM_DIAGNOSTICS = 100;

export type Schema = Readonly<Record<string, unknown>>;

/** Says that a schema further in or beside it failed; that one's own error is the one to read. */
const ECHOES = new Set(['if', 'propertyNames', 'allOf', '$ref']);

/** The schema that a `$ref` of another one leads to. */
export type ResolveReference = (from: Schema) => Schema;

export function toDiagnostics(errors: readonly ErrorObject[], resolve: ResolveReference): Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  for (const error of errors) {
    if (isEcho(error)) continue;
    const diagnostic = { severity: 'error', ...describe(error, resolve) } as const;
    const key = `${diagnostic.code} ${diagnostic.pointer} ${diagnostic.message}`;
    if (!found.has(key)) found.set(key, diagnostic);
    if (found.size >= MAXIMUM_DIAGNOSTICS) break;
  }
  return [...found.values()];
}

/**
 * `anyOf: [{required: [a]}, {required: [b]}]` reports each alternative and then itself, and the last says it all; beside a
 * discriminator its own error names the choices.
 */
function isEcho({ keyword, schemaPath, parentSchema, params }: ErrorObject): boolean {
  if (ECHOES.has(keyword)) return true;
  if (keyword !== 'required') return false;
  const discriminator = parentSchema?.discriminator as { propertyName?: string } | undefined;
  return (
    discriminator?.propertyName === params.missingProperty ||
    /\/(?:anyOf|oneOf)\/\d+\/required$/.test(schemaPath)
  );
}

type Description = Pick<Diagnostic, 'code' | 'message' | 'pointer' | 'suggestion'>;

function describe(error: ErrorObject, resolve: ResolveReference): Description {
  const { keyword, params, data } = error;
  const parent = (error.parentSchema ?? {}) as Schema;
  // A rule about a property's name is reported for the object; the property is the place.
  const pointer = error.propertyName === undefined ? error.instancePath : at(error, error.propertyName);
  const what = error.propertyName === undefined ? nameOf(pointer) : 'the name';
  const value = show(error.propertyName ?? data);
  switch (keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return unknownField(
        error,
        resolve,
        String(params[keyword === 'additionalProperties' ? 'additionalProperty' : 'unevaluatedProperty']),
      );
    case 'required':
      return missing(pointer, `"${params.missingProperty}"`, data);
    case 'dependentRequired':
      return missing(pointer, `"${params.missingProperty}"`, data, ` beside "${params.property}"`);
    case 'anyOf':
    case 'oneOf': {
      const names = ((parent[keyword] ?? []) as Schema[]).flatMap(
        (branch) => (branch.required ?? []) as string[],
      );
      if (names.length > 0) return missing(pointer, names.map((name) => `"${name}"`).join(' or '), data);
      return {
        code: 'INVALID_VALUE',
        pointer,
        message: `${what} is ${value}, which fits none of the shapes allowed`,
      };
    }
    case 'discriminator': {
      const { tag, tagValue } = params as { tag: string; tagValue: unknown };
      const known = alternatives(parent, tag, resolve);
      if (tagValue === undefined) return missing(pointer, `"${tag}"`, data, `: one of ${list(known)}`);
      return unknownValue(`${pointer}/${escapePointer(tag)}`, tag, tagValue, known);
    }
    case 'enum':
      return unknownValue(pointer, what, data, params.allowedValues as unknown[]);
    case 'const':
      return unknownValue(pointer, what, data, [params.allowedValue]);
    case 'type':
      return {
        code: 'WRONG_TYPE',
        pointer,
        message: `${what} is ${value}; it must be ${kinds(params.type)}`,
      };
    case 'not':
      return {
        code: 'INVALID_VALUE',
        pointer,
        message: `${what} ${notAllowed(parent.not as Schema, value)}`,
      };
    case 'pattern':
    case 'format': {
      const rule = parent.description ? ` (${String(parent.description)})` : '';
      const expected = keyword === 'format' ? `a ${params.format}` : `text that matches ${params.pattern}`;
      return { code: 'WRONG_FORMAT', pointer, message: `${what} is ${value}; it must be ${expected}${rule}` };
    }
    case 'minLength':
    case 'minItems':
    case 'minProperties':
      if (params.limit === 1) return { code: 'OUT_OF_RANGE', pointer, message: `${what} must not be empty` };
      break;
    case 'uniqueItems':
      return {
        code: 'INVALID_VALUE',
        pointer,
        message: `${what} holds the same element at ${params.j} and ${params.i}`,
      };
  }
  return {
    code: 'OUT_OF_RANGE',
    pointer,
    message: `${what} is ${value}; it ${error.message ?? 'is not valid'}`,
  };
}

function at(error: ErrorObject, property: string): string {
  return `${error.instancePath}/${escapePointer(property)}`;
}

/** The last named member of a pointer, as a reader calls it: `"threshold"`, `element 2 of "triggers"`. */
function nameOf(pointer: string): string {
  const tokens = pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = tokens.at(-1);
  if (last === undefined) return 'the document';
  const container = tokens.at(-2);
  return /^\d+$/.test(last) && container !== undefined ? `element ${last} of "${container}"` : `"${last}"`;
}

function unknownField(error: ErrorObject, resolve: ResolveReference, property: string): Description {
  const known = propertiesOf((error.parentSchema ?? {}) as Schema, resolve);
  const meant = nearest(property, known);
  return {
    code: 'UNKNOWN_FIELD',
    pointer: at(error, property),
    message: `"${cut(property)}" is not a field of ${nameOf(error.instancePath)}${meant ? `; did you mean "${meant}"?` : known.length > 0 ? `; it has ${list(known)}` : ''}`,
    ...(meant && { suggestion: meant }),
  };
}

/** Own properties and those joined by allOf. */
function propertiesOf(schema: Schema, resolve: ResolveReference): string[] {
  const own = Object.keys((schema.properties ?? {}) as object);
  const joined = (schema.allOf ?? []) as Schema[];
  return own.concat(joined.flatMap((part) => propertiesOf(resolve(part), resolve)));
}

function missing(pointer: string, name: string, data: unknown, more = ''): Description {
  const id = (data as { id?: unknown } | null)?.id;
  const where = typeof id === 'string' ? `${nameOf(pointer)} (id ${show(id)})` : nameOf(pointer);
  return { code: 'MISSING_FIELD', pointer, message: `${where} needs ${name}${more}` };
}

function unknownValue(
  pointer: string,
  what: string,
  value: unknown,
  allowed: readonly unknown[],
): Description {
  const texts = allowed.filter((candidate) => typeof candidate === 'string');
  const meant = typeof value === 'string' ? nearest(value, texts) : undefined;
  const name = what.startsWith('"') ? what : nameOf(pointer);
  return {
    code: 'UNKNOWN_VALUE',
    pointer,
    message: `${name} is ${show(value)}; ${meant ? `did you mean "${meant}"? It must be` : 'it must be'} ${allowed.length > 1 ? 'one of ' : ''}${list(allowed)}`,
    ...(meant && { suggestion: meant }),
  };
}

function alternatives(parent: Schema, tag: string, resolve: ResolveReference): unknown[] {
  return ((parent.oneOf ?? []) as Schema[]).flatMap((branch) => {
    const property = ((resolve(branch).properties ?? {}) as Record<string, Schema>)[tag] ?? {};
    return 'const' in property ? [property.const] : ((property.enum ?? []) as unknown[]);
  });
}

function notAllowed(rule: Schema, value: string): string {
  const together = (rule.required ?? []) as string[];
  return together.length > 0
    ? `must not hold ${together.map((name) => `"${name}"`).join(' and ')} together`
    : `must not be ${value}`;
}

function kinds(type: unknown): string {
  const names = (Array.isArray(type) ? type : String(type).split(',')) as string[];
  return names
    .map((name) => (/^[aeio]/.test(name) ? `an ${name}` : name === 'null' ? 'null' : `a ${name}`))
    .join(' or ');
}

function list(values: readonly unknown[]): string {
  return values.map((value) => JSON.stringify(value)).join(', ');
}

function cut(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function show(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return JSON.stringify(typeof value === 'string' ? cut(value) : value) ?? 'nothing';
}
