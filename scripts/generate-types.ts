/**
 * Writes src/model/documents.ts from schemas/: `npm run generate`. The schemas hold the rules; the types are their shapes.
 * With `--check` nothing is written, and the exit code tells whether the file is fresh.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { compile, type JSONSchema } from 'json-schema-to-typescript';

type Schema = JSONSchema & Record<string, unknown>;
const TARGET = new URL('../src/model/documents.ts', import.meta.url);

/** Definitions that only spare the schemas repetition: their shape is written out where they are used. */
const INLINED = new Set([
  'Name',
  'Expression',
  'Text',
  'Milliseconds',
  'Url',
  'Headers',
  'Labels',
  'ConnectionName',
  'MemberKey',
  'Keys',
  'ActionList',
]);

export async function generateDocuments(): Promise<string> {
  const definitions = { ...definitionsOf('trigger.json'), ...definitionsOf('workflow.json') };
  const bundle = {
    type: 'object',
    additionalProperties: false,
    $defs: Object.fromEntries(
      Object.entries(definitions)
        .filter(([name]) => !INLINED.has(name))
        .map(([name, schema]) => [name, shapeOf(schema, definitions)]),
    ),
  };
  const source = await compile(bundle as JSONSchema, 'Unused', {
    bannerComment: '',
    additionalProperties: false,
    ignoreMinAndMaxItems: true,
    unreachableDefinitions: true,
    customName: (_schema, key) => key,
    style: { singleQuote: true, printWidth: 110, bracketSpacing: true, trailingComma: 'all' },
  });
  return `${HEADER}${compactComments(readonlyMembers(withoutNoise(source)))}\n${rulesConstant(definitions)}`;
}

const HEADER = `/**
 * The documents people write: workflows, triggers, conditions, actions. Generated from schemas/trigger.json and
 * schemas/workflow.json by \`npm run generate\`; change those, not this file.
 */
`;

function definitionsOf(file: string): Record<string, Schema> {
  const text = readFileSync(new URL(`../schemas/${file}`, import.meta.url), 'utf8');
  return (JSON.parse(text) as { $defs: Record<string, Schema> }).$defs;
}

/** What of a schema matters for a type, in the words the generator knows. */
function shapeOf(schema: Schema, definitions: Record<string, Schema>): Schema {
  const description = schema.description === undefined ? {} : { description: schema.description };
  if (schema.$ref !== undefined) {
    const name = schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1);
    const target = definitions[name];
    if (!target) throw new Error(`${schema.$ref} leads nowhere`);
    if (INLINED.has(name))
      return { ...shapeOf({ ...target, description: undefined }, definitions), ...description };
    return { ...description, tsType: name };
  }
  const shape: Schema = { ...description };
  if (schema.then && schema.else) {
    return {
      ...shape,
      anyOf: [schema.else, schema.then].map((branch) => shapeOf(branch as Schema, definitions)),
    } as Schema;
  }
  for (const name of ['type', 'enum', 'const', 'required'] as const) {
    if (schema[name] !== undefined) shape[name] = schema[name] as never;
  }
  const nested = (value: unknown) => shapeOf(value as Schema, definitions);
  if (schema.properties) {
    shape.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([name, value]) => [name, nested(value)]),
    );
  }
  if (schema.items) shape.items = nested(schema.items);
  if (schema.oneOf) {
    delete shape.type;
    delete shape.required;
    shape.oneOf = schema.oneOf.map(nested);
  }
  if (schema.allOf) shape.extends = schema.allOf.map((base) => ({ $ref: base.$ref })) as never;
  if (typeof schema.additionalProperties === 'object')
    shape.additionalProperties = nested(schema.additionalProperties);
  else if (schema.type === 'object') shape.additionalProperties = schema.additionalProperties === true;
  if (Object.keys(shape).every((name) => name === 'description')) shape.tsType = 'unknown';
  return shape;
}

function withoutNoise(source: string): string {
  return source
    .replace(/export interface Unused \{\s*\}\n/, '')
    .replace(
      /\/\*\*\n \* This interface was referenced by `[^`]*`'s JSON-Schema\n \* via the `definition` "[^"]*"\.\n \*\/\n/g,
      '',
    )
    .replace(
      / \*\n \* This interface was referenced by `[^`]*`'s JSON-Schema\n \* via the `definition` "[^"]*"\.\n/g,
      '',
    );
}

/** Documents are data: no member of them is ever assigned. */
function readonlyMembers(source: string): string {
  return source
    .replace(/^( +)((?:\w+|'[^']+'|\[k: string\])\??:)(?= |$)/gm, '$1readonly $2')
    .replace(/((?:\([^()]+\)|\b[A-Za-z]+))\[\]/g, 'readonly $1[]');
}

function compactComments(source: string): string {
  return source
    .replace(/\/\*\*\n *\* (.*)\n *\*\//g, '/** $1 */')
    .replace(/\n(\/\*\*.*\n)?export /g, '\n\n$1export ')
    .replace(/\n{3,}/g, '\n\n');
}

/** The one list that programs walk through. */
function rulesConstant(definitions: Record<string, Schema>): string {
  const rules = (definitions.TriggerRule!.enum as string[]).map((rule) => `  '${rule}',\n`);
  return `/** All of them. */\nexport const TRIGGER_RULES = [\n${rules.join('')}] as const satisfies readonly TriggerRule[];\n`;
}

if (import.meta.main) {
  const generated = await generateDocuments();
  if (process.argv.includes('--check')) process.exitCode = generated === readFileSync(TARGET, 'utf8') ? 0 : 1;
  else writeFileSync(TARGET, generated);
}
