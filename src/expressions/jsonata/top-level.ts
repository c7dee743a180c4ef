import type { Limits } from '../../model/limits.ts';
import type { Node } from './ast.ts';
import { parseJsonata } from './parse.ts';

/**
 * The names that an expression looks up where it is given no input, each once: the `a` of `a.b + $sum(c)` and its `c`. What is looked
 * up in a value that the expression has at hand, in `$states.input.(a + b)` say, and what stands inside of functions is not among
 * them. Throws what `compileJsonata` does.
 */
export function topLevelNames(text: string, limits: Limits): readonly string[] {
  const found = new Set<string>();
  const open: Node[] = [parseJsonata(text, limits)];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.type === 'name') found.add(node.value);
    else open.push(...withoutInput(node).reverse());
  }
  return [...found];
}

/** The parts that are evaluated with what the node itself is given. */
function withoutInput(node: Node): Node[] {
  switch (node.type) {
    case 'path':
      return node.steps.slice(0, 1);
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
      return [...node.arguments];
    default:
      return [];
  }
}
