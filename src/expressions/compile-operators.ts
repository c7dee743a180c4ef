import type { Compiler, Locals, Part } from './compiler.ts';
import { constant } from './compiler.ts';
import { type Closure, Fault } from './evaluation.ts';
import { add, compare, divide, equals, isIn, multiply, negate, remainder, subtract } from './operators.ts';
import type { BinaryOperator, Node } from './parse.ts';
import { describe } from './values.ts';

type NodeOf<Operator> = Extract<Node, { op: Operator }>;

export function requireBool(value: unknown, what: string): boolean {
  if (typeof value !== 'boolean') throw new Fault(`${what} wants a bool, not ${describe(value)}`);
  return value;
}

export function compileUnary(
  compiler: Compiler,
  node: NodeOf<'!_' | '-_'>,
  locals: Locals,
  levels: number,
): Part {
  const { run, double, constant: known } = compiler.compile(node.args, locals, levels + 1);
  if (node.op === '!_') return { run: (evaluation) => !requireBool(run(evaluation), '!') };
  if (typeof known?.value === 'number') return constant(negate(known.value), double);
  return { run: (evaluation) => negate(run(evaluation)), double: double === true };
}

export function compileConditional(
  compiler: Compiler,
  node: NodeOf<'?:'>,
  locals: Locals,
  levels: number,
): Part {
  const [test, yes, no] = node.args.map((arg) => compiler.compile(arg, locals, levels + 1)) as [
    Part,
    Part,
    Part,
  ];
  const condition = test.run;
  const consequent = yes.run;
  const alternative = no.run;
  return {
    run: (evaluation) =>
      requireBool(condition(evaluation), '?:') ? consequent(evaluation) : alternative(evaluation),
    double: yes.double === true && no.double === true,
    borrowed: yes.borrowed === true && no.borrowed === true,
  };
}

/** `&&` and `||`: a chain is one level, however long. */
export function compileLogic(
  compiler: Compiler,
  node: NodeOf<'&&' | '||'>,
  locals: Locals,
  levels: number,
): Part {
  const operands: Node[] = [];
  let rest: Node = node;
  while (rest.op === node.op) {
    const [left, right]: readonly [Node, Node] = (rest as NodeOf<'&&' | '||'>).args;
    operands.push(right);
    rest = left;
  }
  operands.push(rest);
  compiler.operations += operands.length - 2;
  const runs = operands.reverse().map((operand) => compiler.compile(operand, locals, levels + 1).run);
  return { run: absorbing(runs, node.op) };
}

/** An operand that decides (`false` for `&&`) wins over errors on either side of it; CEL, "Logical operators". */
function absorbing(operands: readonly Closure[], operator: '&&' | '||'): Closure {
  const decisive = operator === '||';
  return (evaluation) => {
    let fault: Fault | undefined;
    for (const operand of operands) {
      try {
        if (requireBool(operand(evaluation), operator) === decisive) return decisive;
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        fault ??= error;
      }
    }
    if (fault !== undefined) throw fault;
    return !decisive;
  };
}

export function compileArithmetic(
  compiler: Compiler,
  node: NodeOf<BinaryOperator>,
  locals: Locals,
  levels: number,
): Part {
  const left = compiler.compile(node.args[0], locals, levels + 1);
  const right = compiler.compile(node.args[1], locals, levels + 1);
  const double = left.double === true || right.double === true;
  return { run: binary(node.op, left.run, right.run, double), double: double && '+-*/'.includes(node.op) };
}

function binary(operator: BinaryOperator, left: Closure, right: Closure, double: boolean): Closure {
  switch (operator) {
    case '==':
      return (evaluation) => equals(evaluation, left(evaluation), right(evaluation));
    case '!=':
      return (evaluation) => !equals(evaluation, left(evaluation), right(evaluation));
    case '<':
      return (evaluation) => compare(evaluation, operator, left(evaluation), right(evaluation)) < 0;
    case '<=':
      return (evaluation) => compare(evaluation, operator, left(evaluation), right(evaluation)) <= 0;
    case '>':
      return (evaluation) => compare(evaluation, operator, left(evaluation), right(evaluation)) > 0;
    case '>=':
      return (evaluation) => compare(evaluation, operator, left(evaluation), right(evaluation)) >= 0;
    case 'in':
      return (evaluation) => isIn(evaluation, left(evaluation), right(evaluation));
    case '+':
      return (evaluation) => add(evaluation, left(evaluation), right(evaluation), double);
    case '-':
      return (evaluation) => subtract(left(evaluation), right(evaluation), double);
    case '*':
      return (evaluation) => multiply(left(evaluation), right(evaluation), double);
    case '/':
      return (evaluation) => divide(left(evaluation), right(evaluation), double);
    case '%':
      return (evaluation) => remainder(left(evaluation), right(evaluation));
  }
}
