import type { Limits } from '../../model/limits.ts';
import { type Node, partsOf } from './ast.ts';
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
    else open.push(...withoutInput(node).toReversed());
  }
  return [...found];
}

/** The parts that are evaluated with what the node itself is given. */
function withoutInput(node: Node): readonly Node[] {
  switch (node.type) {
    case 'path':
      return node.steps.slice(0, 1);
    case 'function':
    case 'partial':
      return node.arguments;
    case 'lambda':
    case 'transform':
    case 'sort':
      return [];
    default:
      return partsOf(node);
  }
}
