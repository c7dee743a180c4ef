/**
 * The SDK describes the shapes of each operation at run time: arrays that begin with their kind, and numbers for simple
 * ones. They tell which names are members and which are keys of maps, which texts are bytes or times.
 */
export interface Shape {
  readonly kind:
    | 'structure'
    | 'list'
    | 'map'
    | 'blob'
    | 'stream'
    | 'timestamp'
    | 'document'
    | 'text'
    | 'number'
    | 'boolean'
    | 'plain';
  /** Of a structure, in the SDK's spelling. */
  readonly members: ReadonlyMap<string, Shape>;
  /** Members of a structure that guard against repeats. */
  readonly tokens?: readonly string[];
  /** Members of a structure that are always there. */
  readonly required?: readonly string[];
  /** Of a list or map. */
  readonly element: Shape | undefined;
}
export interface OperationShapes {
  readonly input: Shape | undefined;
  readonly output: Shape | undefined;
}

const SIMPLE: Readonly<Record<number, Shape['kind']>> = {
  0: 'text',
  1: 'number',
  2: 'boolean',
  4: 'timestamp',
  5: 'timestamp',
  6: 'timestamp',
  7: 'timestamp',
  15: 'document',
  17: 'number',
  19: 'number',
  21: 'blob',
  42: 'stream',
};
const LIST_OF = 64;
const MAP_OF = 128;
const IDEMPOTENCY_TOKEN = 4;
const NO_MEMBERS: ReadonlyMap<string, Shape> = new Map();
const PLAIN = simple('plain');

function simple(kind: Shape['kind']): Shape {
  return { kind, members: NO_MEMBERS, element: undefined };
}

/** Of a command's `schema`; both undefined where the package brings none. */
export function shapesOf(schema: unknown): OperationShapes {
  if (!Array.isArray(schema)) return { input: undefined, output: undefined };
  return { input: shapeOf(schema[4]), output: shapeOf(schema[5]) };
}

const known = new WeakMap<readonly unknown[], Shape>();

function shapeOf(reference: unknown): Shape {
  const schema = typeof reference === 'function' ? (reference as () => unknown)() : reference;
  if (typeof schema === 'number') return numbered(schema);
  if (!Array.isArray(schema)) return PLAIN;
  const found = known.get(schema);
  if (found !== undefined) return found;
  const made = arrayed(schema);
  known.set(schema, made);
  return made;
}

function numbered(schema: number): Shape {
  if ((schema & (LIST_OF | MAP_OF)) !== 0) {
    const element = shapeOf(schema & ~(LIST_OF | MAP_OF));
    return { kind: (schema & MAP_OF) !== 0 ? 'map' : 'list', members: NO_MEMBERS, element };
  }
  return simple(SIMPLE[schema] ?? 'plain');
}

function arrayed(schema: readonly unknown[]): Shape {
  // A pair is a member: the shape and what is said of it there.
  if (schema.length === 2 || typeof schema[0] !== 'number' || schema[0] === 0) {
    return shapeOf(schema.length === 2 ? schema[0] : schema[4]);
  }
  switch (schema[0]) {
    case 1:
      return lazily('list', () => shapeOf(schema[4]));
    case 2:
      return lazily('map', () => shapeOf(schema[5]));
    default: {
      const names = schema[4] as readonly string[];
      const shapes = schema[5] as readonly unknown[];
      // Shapes may hold themselves.
      let members: ReadonlyMap<string, Shape> | undefined;
      return {
        kind: 'structure',
        element: undefined,
        // The SDK lists them first, and says how many they are.
        required: names.slice(0, typeof schema[6] === 'number' ? schema[6] : 0),
        tokens: names.filter((_, at) => isToken(shapes[at])),
        get members() {
          members ??= new Map(names.map((name, at) => [name, shapeOf(shapes[at])]));
          return members;
        },
      };
    }
  }
}

/** Traits are bits, or an object where they say more. */
function isToken(member: unknown): boolean {
  if (!Array.isArray(member) || member.length !== 2) return false;
  const traits: unknown = member[1];
  return typeof traits === 'number'
    ? (traits & IDEMPOTENCY_TOKEN) !== 0
    : typeof traits === 'object' && traits !== null && 'idempotencyToken' in traits;
}

function lazily(kind: 'list' | 'map', element: () => Shape): Shape {
  return {
    kind,
    members: NO_MEMBERS,
    get element() {
      return element();
    },
  };
}
