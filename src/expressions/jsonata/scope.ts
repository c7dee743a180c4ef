import { childrenOf, filtersOf, type Node } from './ast.ts';

/** The names that are bound where a part of the text stands; known from the text, to tell which variables are free. */
export class Scope {
  readonly #parent: Scope | null;
  /** A function's body runs later, when what stands behind it in the blocks around it is bound too. */
  readonly #isFunction: boolean;
  readonly #bound: Set<string>;
  readonly #declared: ReadonlySet<string>;

  constructor(parent: Scope | null, isFunction: boolean, bound: Iterable<string>, within: readonly Node[]) {
    this.#parent = parent;
    this.#isFunction = isFunction;
    this.#bound = new Set(bound);
    const declared = new Set(this.#bound);
    for (const node of within) collect(node, declared);
    this.#declared = declared;
  }

  /** Whether evaluating it needs a frame of its own. */
  get binds(): boolean {
    return this.#declared.size > 0;
  }

  add(name: string): void {
    this.#bound.add(name);
  }

  has(name: string): boolean {
    let later = false;
    for (let scope: Scope | null = this; scope !== null; scope = scope.#parent) {
      if ((later ? scope.#declared : scope.#bound).has(name)) return true;
      later ||= scope.#isFunction;
    }
    return false;
  }

  /** Whether the name may be bound at all, now or later. */
  mayHave(name: string): boolean {
    for (let scope: Scope | null = this; scope !== null; scope = scope.#parent) {
      if (scope.#declared.has(name)) return true;
    }
    return false;
  }
}

/** The names that a part binds in the frame it runs in: blocks and functions inside have frames of their own. */
function collect(node: Node, into: Set<string>): void {
  if (node.type === 'bind') into.add(node.lhs.value);
  if (node.focus !== undefined) into.add(node.focus);
  if (node.index !== undefined) into.add(node.index);
  for (const stage of node.stages ?? []) if (stage.type === 'index') into.add(stage.value);
  const hasOwnFrame = node.type === 'block' || (node.type === 'lambda' && node.thunk !== true);
  for (const child of hasOwnFrame ? filtersOf(node) : childrenOf(node)) collect(child, into);
}
