import { readFileSync } from 'node:fs';
import { type Diagnostic, TidegateError } from '../model/errors.ts';
import { locate } from '../model/json.ts';
import { compileSchema } from '../model/schema.ts';

type Json = Readonly<Record<string, unknown>>;

const FILES = ['api', 'trigger', 'workflow', 'event'] as const;

/**
 * The definitions of `schemas/*.json` as components of one OpenAPI document, which stands alone: references are rewritten.
 * Two definitions of the same name are told apart by their file's; `CloudEvent` is the whole of event.json.
 */
export const COMPONENT_SCHEMAS: Readonly<Record<string, Json>> = bundle();

function bundle(): Record<string, Json> {
  const names = new Map<string, string>([['event.json', 'CloudEvent']]);
  const taken = new Set<string>();
  const components: { name: string; file: string; schema: Json }[] = [];
  for (const file of FILES) {
    const document = JSON.parse(
      readFileSync(new URL(`../../schemas/${file}.json`, import.meta.url), 'utf8'),
    ) as Json;
    const { $schema: _dialect, $id: _id, $defs, ...root } = document;
    if (file === 'event') components.push({ name: 'CloudEvent', file, schema: root });
    for (const [definition, schema] of Object.entries(($defs ?? {}) as Record<string, Json>)) {
      const name = taken.has(definition)
        ? `${file.charAt(0).toUpperCase()}${file.slice(1)}${definition}`
        : definition;
      taken.add(name);
      names.set(`${file}.json#/$defs/${definition}`, name);
      components.push({ name, file, schema });
    }
  }
  return Object.fromEntries(
    components.map(({ name, file, schema }) => [name, rewrite(schema, file, names) as Json]),
  );
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

/** The reference to a component. Throws for a name that no schema has: a mistake in the route table. */
export function componentReference(name: string): Json {
  if (!Object.hasOwn(COMPONENT_SCHEMAS, name)) throw new Error(`there is no schema ${name}`);
  return { $ref: `#/components/schemas/${name}` };
}

/** Documents that requests bring and that are defined elsewhere than in api.json. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  TriggerDefinition: 'trigger',
  Interception: 'trigger#/$defs/Interception',
};

/** Throws INVALID_BODY with all faults, each with its line as `text` gives the JSON the value came from. */
export function requireValid(name: string, value: unknown, text: () => string): void {
  const found = compileSchema(ELSEWHERE[name] ?? `api#/$defs/${name}`)(value);
  if (found.length === 0) return;
  const json = text();
  const diagnostics = found.map((diagnostic) => ({ ...diagnostic, ...locate(json, diagnostic.pointer) }));
  const { message, pointer, line, column } = diagnostics[0] as Diagnostic;
  throw new TidegateError('INVALID_BODY', message, {
    place: { pointer, ...(line !== undefined && { line }), ...(column !== undefined && { column }) },
    details: { diagnostics },
  });
}
