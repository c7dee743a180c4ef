/**
 * The tree that the package `jsonata` parses a text to, as far as evaluating it needs. Paths are flattened to steps, tail
 * calls are marked, and every `%` knows the label under which its ancestor is kept.
 */
export type Node =
  | PathNode
  | BinaryNode
  | UnaryNode
  | NameNode
  | LiteralNode
  | PlainNode
  | ParentNode
  | ConditionNode
  | BlockNode
  | BindNode
  | RegexNode
  | CallNode
  | VariableNode
  | LambdaNode
  | ApplyNode
  | TransformNode
  | SortNode
  | PlaceholderNode;

interface Common {
  readonly position?: number;
  /** `[]` stands behind it: one value stays a list of one. */
  readonly keepArray?: boolean;
  /** Filters of a node that is no step of a path. */
  readonly predicate?: readonly Stage[];
  /** Filters and `#$name` of a step. */
  readonly stages?: readonly Stage[];
  readonly group?: Group;
  /** A step that binds something, or a path whose ancestors somebody outside asks for. */
  readonly tuple?: boolean;
  /** `@$name` */
  readonly focus?: string;
  /** `#$name` */
  readonly index?: string;
  /** Under which label the value that this step was taken from is kept. */
  readonly ancestor?: { readonly label: string };
  /** A list constructor at the beginning or end of a path: its value is not flattened. */
  readonly consarray?: boolean;
}

export type Stage =
  | { readonly type: 'filter'; readonly expr: Node }
  | { readonly type: 'index'; readonly value: string };

export type Pair = readonly [key: Node, value: Node];

export interface Group {
  readonly lhs: readonly Pair[];
  readonly position?: number;
}

export interface PathNode extends Common {
  readonly type: 'path';
  readonly steps: readonly Node[];
  readonly keepSingletonArray?: boolean;
}
export interface BinaryNode extends Common {
  readonly type: 'binary';
  readonly value: string;
  readonly lhs: Node;
  readonly rhs: Node;
}
export type UnaryNode = Common & { readonly type: 'unary' } & (
    | { readonly value: '-'; readonly expression: Node }
    | { readonly value: '['; readonly expressions: readonly Node[] }
    | { readonly value: '{'; readonly lhs: readonly Pair[] }
  );
export interface NameNode extends Common {
  readonly type: 'name';
  readonly value: string;
}
export interface LiteralNode extends Common {
  readonly type: 'string' | 'number' | 'value';
  readonly value: string | number | boolean | null;
}
/** `*` and `**` */
export interface PlainNode extends Common {
  readonly type: 'wildcard' | 'descendant';
  readonly value: string;
}
export interface ParentNode extends Common {
  readonly type: 'parent';
  readonly slot: { readonly label: string };
}
export interface ConditionNode extends Common {
  readonly type: 'condition';
  readonly condition: Node;
  readonly then: Node;
  readonly else?: Node;
}
export interface BlockNode extends Common {
  readonly type: 'block';
  readonly expressions: readonly Node[];
}
export interface BindNode extends Common {
  readonly type: 'bind';
  readonly lhs: VariableNode;
  readonly rhs: Node;
}
export interface RegexNode extends Common {
  readonly type: 'regex';
  readonly value: RegExp;
}
export interface CallNode extends Common {
  readonly type: 'function' | 'partial';
  readonly procedure: Node;
  readonly arguments: readonly Node[];
}
export interface VariableNode extends Common {
  readonly type: 'variable';
  /** Without the `$`; empty for the context, `$` for the root. */
  readonly value: string;
}
export interface LambdaNode extends Common {
  readonly type: 'lambda';
  readonly arguments: readonly VariableNode[];
  readonly signature?: { readonly definition: string };
  readonly body: Node;
  /** Stands for a call in the tail of a function, which is its body. */
  readonly thunk?: boolean;
}
/** `~>` */
export interface ApplyNode extends Common {
  readonly type: 'apply';
  readonly lhs: Node;
  readonly rhs: Node;
}
export interface TransformNode extends Common {
  readonly type: 'transform';
  readonly pattern: Node;
  readonly update: Node;
  readonly delete?: Node;
}
export interface SortNode extends Common {
  readonly type: 'sort';
  readonly terms: readonly SortTerm[];
}
export interface SortTerm {
  readonly descending: boolean;
  readonly expression: Node;
}
/** The `?` of a partial application. */
export interface PlaceholderNode extends Common {
  readonly type: 'operator';
  readonly value: string;
}

/** The nodes directly beneath. */
export function childrenOf(node: Node): readonly Node[] {
  return [...partsOf(node), ...filtersOf(node)];
}

/** Those of its filters and its grouping. */
export function filtersOf(node: Node): readonly Node[] {
  const filters = [...(node.predicate ?? []), ...(node.stages ?? [])].flatMap((stage) =>
    stage.type === 'filter' ? [stage.expr] : [],
  );
  return node.group === undefined ? filters : [...filters, ...node.group.lhs.flat()];
}

/** Those that are its own, filters and grouping apart. */
export function partsOf(node: Node): readonly Node[] {
  switch (node.type) {
    case 'path':
      return [...node.steps];
    case 'binary':
    case 'apply':
      return [node.lhs, node.rhs];
    case 'unary':
      if (node.value === '-') return [node.expression];
      return node.value === '[' ? [...node.expressions] : node.lhs.flat();
    case 'condition':
      return node.else === undefined ? [node.condition, node.then] : [node.condition, node.then, node.else];
    case 'block':
      return [...node.expressions];
    case 'bind':
      return [node.rhs];
    case 'function':
    case 'partial':
      return [node.procedure, ...node.arguments];
    case 'lambda':
      return [node.body];
    case 'transform':
      return node.delete === undefined
        ? [node.pattern, node.update]
        : [node.pattern, node.update, node.delete];
    case 'sort':
      return node.terms.map((term) => term.expression);
    default:
      return [];
  }
}
