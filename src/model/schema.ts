import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Ajv2020, ValidateFunction } from 'ajv/dist/2020.js';
import { isTime } from './cloud-event-codec.ts';
import type { Diagnostic } from './errors.ts';
import { type Schema, toDiagnostics } from './schema-diagnostics.ts';

/**
 * Validation by the files of `schemas/`, which lie beside `src/` and `dist/` alike. A schema is compiled when it is first
 * used, and once. Every regular expression and format is the project's own and linear; none comes from a document.
 */
const FOLDER = new URL('../../schemas/', import.meta.url);
const BASE = 'https://tidegate.dev/schemas/';

/**
 * Above so many values in a document only its first error is sought: every value could bring one, and the validator gathers
 * them in time that grows with their square (90,000 broken elements took it 100 s).
 */
const MAXIMUM_VALUES = 5_000;

export type Validator = (value: unknown) => Diagnostic[];

const validators = new Map<string, Validator>();
let registry: Registry | undefined;
interface Registry {
  /** Stops at the first error: all that valid documents ever need. */
  readonly first: Ajv2020;
  all(): Ajv2020;
  readonly resolve: (from: Schema) => Schema;
}

/**
 * The validator of a schema: a file's name (`trigger`), one of its definitions (`workflow#/$defs/TriggersDefinition`), or a
 * full `$id`. It answers at most 100 diagnostics; none for a valid value. Throws where there is no such schema.
 */
export function compileSchema(name: string): Validator {
  const known = validators.get(name);
  if (known) return known;
  const id = schemaId(name);
  registry ??= load();
  const { first, all, resolve } = registry;
  const quick = compiled(first, id);
  const validator: Validator = (value) => {
    if (quick(value)) return [];
    const thorough = countValues(value, MAXIMUM_VALUES) < MAXIMUM_VALUES ? compiled(all(), id) : quick;
    thorough(value);
    return toDiagnostics(thorough.errors ?? [], resolve);
  };
  validators.set(name, validator);
  return validator;
}

/** `compileSchema(schema)(value)`. */
export function validate(schema: string, value: unknown): Diagnostic[] {
  return compileSchema(schema)(value);
}

function schemaId(name: string): string {
  if (name.startsWith('https:')) return name;
  const [file, fragment] = name.split('#', 2);
  return `${BASE}${file}.json${fragment === undefined ? '' : `#${fragment}`}`;
}

function compiled(ajv: Ajv2020, id: string): ValidateFunction {
  const validator = ajv.getSchema(id);
  if (!validator) throw new Error(`there is no schema ${id}`);
  return validator;
}

function load(): Registry {
  // Required when a schema is first needed: it takes some 40 ms that starting a worker can do without.
  const ajvModule = createRequire(import.meta.url)('ajv/dist/2020.js') as typeof import('ajv/dist/2020.js');
  const documents = readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Schema);
  const create = (allErrors: boolean) => {
    const ajv = new ajvModule.Ajv2020({
      allErrors,
      // The files are the project's own, and its tests check them.
      validateSchema: false,
      verbose: true,
      discriminator: true,
      allowUnionTypes: true,
      strictTypes: false,
      formats: { 'date-time': { type: 'string', validate: isTime }, uri: true },
    });
    return ajv.addSchema(documents);
  };
  let all: Ajv2020 | undefined;
  return { first: create(false), all: () => (all ??= create(true)), resolve: resolver(documents) };
}

/** References are followed within the file that a schema stands in, or to another by its name. */
function resolver(documents: readonly Schema[]): Registry['resolve'] {
  const files = new Map(documents.map((document) => [String(document.$id).slice(BASE.length), document]));
  const rootOf = new WeakMap<object, Schema>();
  const visit = (value: unknown, root: Schema): void => {
    if (typeof value !== 'object' || value === null) return;
    rootOf.set(value, root);
    for (const child of Object.values(value)) visit(child, root);
  };
  for (const document of documents) visit(document, document);
  return (from) => {
    if (typeof from.$ref !== 'string') return from;
    const [file, pointer = ''] = from.$ref.split('#', 2);
    let target: unknown = file === '' ? rootOf.get(from) : files.get(file as string);
    for (const token of pointer.split('/').slice(1)) target = (target as Schema | undefined)?.[token];
    return (target as Schema | undefined) ?? {};
  };
}

function countValues(value: unknown, maximum: number): number {
  const open: unknown[] = [value];
  let count = 0;
  while (open.length > 0 && count < maximum) {
    const next = open.pop();
    count++;
    if (typeof next === 'object' && next !== null) for (const child of Object.values(next)) open.push(child);
  }
  return open.length > 0 ? maximum : count;
}
