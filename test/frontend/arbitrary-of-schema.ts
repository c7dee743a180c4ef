import fc from 'fast-check';

type Schema = Readonly<Record<string, unknown>>;

/** Values that a schema of the API allows, mostly: fuzzing wants to get past validation, not to prove it. */
export function arbitraryOf(schema: Schema, document: Schema, depth = 0): fc.Arbitrary<unknown> {
  if (typeof schema.$ref === 'string')
    return arbitraryOf(resolve(schema.$ref, document), document, depth + 1);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...(schema.enum as unknown[]));
  const choices = (schema.oneOf ?? schema.anyOf) as Schema[] | undefined;
  if (choices && schema.properties === undefined)
    return fc.oneof(...choices.map((choice) => arbitraryOf(choice, document, depth + 1)));
  const type = Array.isArray(schema.type) ? (schema.type as string[]) : [schema.type as string | undefined];
  return fc.oneof(...type.map((one) => ofType(one, schema, document, depth)));
}

function ofType(
  type: string | undefined,
  schema: Schema,
  document: Schema,
  depth: number,
): fc.Arbitrary<unknown> {
  switch (type) {
    case 'string':
      return text(schema);
    case 'integer':
    case 'number':
      return fc.integer({
        min: Number(schema.minimum ?? -10),
        max: Math.min(Number(schema.maximum ?? 1_000), 1_000),
      });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array': {
      if (depth > 8) return fc.constant([]);
      const items = arbitraryOf((schema.items ?? {}) as Schema, document, depth + 1);
      return fc.array(items, { minLength: Math.min(Number(schema.minItems ?? 0), 2), maxLength: 2 });
    }
    case 'object':
      return object(schema, document, depth);
    default:
      return schema.properties ? object(schema, document, depth) : fc.jsonValue({ maxDepth: 2 });
  }
}

function object(schema: Schema, document: Schema, depth: number): fc.Arbitrary<unknown> {
  const required = (schema.required ?? []) as string[];
  const members = Object.entries((schema.properties ?? {}) as Record<string, Schema>).filter(
    ([name]) => depth < 6 || required.includes(name),
  );
  const model = Object.fromEntries(
    members.map(([name, member]) => [name, arbitraryOf(member, document, depth + 1)]),
  );
  return fc.record(model, { requiredKeys: required.filter((name) => name in model) });
}

function text({ pattern, format, minLength = 0, maxLength = 20 }: Schema): fc.Arbitrary<string> {
  if (format === 'date-time') return fc.constantFrom('2026-11-05T10:00:00Z', '2126-01-01T00:00:00+01:00');
  if (typeof pattern === 'string' && pattern.startsWith('^(https?'))
    return fc.constant('http://127.0.0.1:9/');
  const shapes = ['a', 'w', 'standing', 'triggers', 'x.y', '1 + 1', 'event.data', 'a/b', '30s', 'a=b', '1'];
  const fits = typeof pattern === 'string' ? new RegExp(pattern, 'u') : /^/;
  const known = fc.constantFrom(...shapes).filter((shape) => fits.test(shape));
  const free = fc.string({ minLength: Number(minLength), maxLength: Math.min(Number(maxLength), 20) });
  return fc.oneof({ weight: 4, arbitrary: known }, free);
}

function resolve(reference: string, document: Schema): Schema {
  let target: unknown = document;
  for (const token of reference.slice(2).split('/')) target = (target as Schema)[token];
  return target as Schema;
}
