import type { UnaryNode } from './ast.ts';
import type { Compiler } from './compiler.ts';
import type { Closure } from './evaluation.ts';
import { newList, pushAll } from './values.ts';

/** `[a, b, 1..3]`: what gives a list is spread out, except another constructor. */
export function compileList(compiler: Compiler, node: UnaryNode & { readonly value: '[' }): Closure {
  const items = node.expressions.map((each) => ({
    run: compiler.compile(each),
    nested: 'value' in each && each.value === '[',
  }));
  const isConstructed = node.consarray === true;
  return (evaluation, input, frame) => {
    evaluation.steps--;
    const list = newList();
    for (let i = 0; i < items.length; i++) {
      const { run, nested } = items[i]!;
      const value = run(evaluation, input, frame);
      if (value === undefined) continue;
      if (nested) list.push(value);
      else {
        if (Array.isArray(value)) evaluation.requireResult(list.length + value.length);
        pushAll(list, value);
      }
    }
    if (isConstructed) list.kind = 'constructed';
    return list;
  };
}
