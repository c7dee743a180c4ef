import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { isTime } from '../model/cloud-event-codec.ts';
import { type Diagnostic, TidegateError } from '../model/errors.ts';
import { locate } from '../model/json.ts';
import { compileSchema, type Validator } from '../model/schema.ts';
import { toDiagnostics } from '../model/schema-diagnostics.ts';
import { API_DOCUMENTS } from './api-documents.ts';

/** Names under `components.schemas` of /openapi.json: the documents of the API, and the shared ones of `schemas/`. */
export type SchemaName = keyof typeof API_DOCUMENTS | SharedName;

const SHARED = ['trigger', 'workflow', 'event'] as const;
type SharedName = 'TriggerDefinition' | 'TriggersDefinition' | 'Interception' | 'CloudEvent';

type Json = Readonly<Record<string, unknown>>;

/**
 * All schemas under one roof: what `schemas/*.json` define, their references rewritten, so that the OpenAPI document
 * stands alone. Two definitions of the same name are told apart by their file's.
 */
export const COMPONENT_SCHEMAS: Readonly<Record<string, Json>> = bundle();

function bundle(): Record<string, Json> {
  const documents = SHARED.map((file) => {
    const url = new URL(`../../schemas/${file}.json`, import.meta.url);
    return { file, schema: JSON.parse(readFileSync(url, 'utf8')) as Json };
  });
  const names = new Map<string, string>();
  const taken = new Set<string>(Object.keys(API_DOCUMENTS));
  const definitions: { name: string; file: string; schema: Json }[] = [];
  for (const { file, schema } of documents) {
    for (const [name, definition] of Object.entries((schema.$defs ?? {}) as Record<string, Json>)) {
      const own = taken.has(name) ? `${file.charAt(0).toUpperCase()}${file.slice(1)}${name}` : name;
      taken.add(own);
      names.set(`${file}.json#/$defs/${name}`, own);
      definitions.push({ name: own, file, schema: definition });
    }
  }
  const event = documents.find(({ file }) => file === 'event')?.schema ?? {};
  const { $schema: _dialect, $id: _id, $defs: _definitions, ...cloudEvent } = event;
  definitions.push({ name: 'CloudEvent', file: 'event', schema: cloudEvent });
  const all: Record<string, Json> = { ...API_DOCUMENTS };
  for (const { name, file, schema } of definitions) all[name] = rewrite(schema, file, names) as Json;
  return all;
}

function rewrite(value: unknown, file: string, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((element) => rewrite(element, file, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      if (key !== '$ref' || typeof member !== 'string') return [key, rewrite(member, file, names)];
      const target = names.get(member.startsWith('#') ? `${file}.json${member}` : member);
      if (target === undefined)
        throw new Error(`schemas/${file}.json refers to ${member}, which is not bundled`);
      return [key, `#/components/schemas/${target}`];
    }),
  );
}

const ROOT = 'tidegate';
let ajv: Ajv2020 | undefined;
const validators = new Map<SchemaName, Validator>();

/** Compiled at the first use: answers the diagnostics of a value, none where it is valid. */
export function validatorOf(name: SchemaName): Validator {
  const known = validators.get(name);
  if (known) return known;
  const shared = SHARED_VALIDATORS[name];
  const validator = shared === undefined ? ownValidator(name) : compileSchema(shared);
  validators.set(name, validator);
  return validator;
}

const SHARED_VALIDATORS: Readonly<Partial<Record<SchemaName, string>>> = {
  TriggerDefinition: 'trigger',
  Interception: 'trigger#/$defs/Interception',
};

function ownValidator(name: SchemaName): Validator {
  ajv ??= new Ajv2020({
    strict: false,
    verbose: true,
    discriminator: true,
    formats: { 'date-time': { type: 'string', validate: isTime }, uri: true },
  }).addSchema({ components: { schemas: COMPONENT_SCHEMAS } }, ROOT);
  const check = ajv.compile({ $ref: `${ROOT}#/components/schemas/${name}` });
  return (value) => (check(value) ? [] : toDiagnostics(check.errors ?? [], resolve));
}

function resolve(from: Json): Json {
  const name = String(from.$ref ?? '').slice('#/components/schemas/'.length);
  return COMPONENT_SCHEMAS[name] ?? from;
}

/** Throws INVALID_BODY with the faults, each with its line where `text` gives the JSON the value came from. */
export function requireValid(name: SchemaName, value: unknown, text?: () => string): void {
  const found = validatorOf(name)(value);
  if (found.length === 0) return;
  const json = text?.();
  const diagnostics = found.map((diagnostic) => ({
    ...diagnostic,
    ...(json !== undefined && locate(json, diagnostic.pointer)),
  }));
  const { message, pointer, line, column } = diagnostics[0] as Diagnostic;
  throw new TidegateError('INVALID_BODY', message, {
    place: { pointer, ...(line !== undefined && { line }), ...(column !== undefined && { column }) },
    details: { diagnostics },
  });
}
