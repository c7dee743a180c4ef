import { Failure } from '../../model/failure.ts';
import type { ArgumentSyntax, CallSyntax } from './intrinsic-syntax.ts';
import { compileFormat, INTRINSICS } from './intrinsics.ts';
import { Invocation } from './invocation.ts';
import { quoteData } from './missing.ts';
import { compileQuery, type Gathering, type Query } from './query.ts';
import type { Reader } from './syntax.ts';

/** What an intrinsic function or one of its arguments is compiled to. */
export type Closure = Query['value'];

/** Compiles a call. Throws INVALID_EXPRESSION for a function there is not, or a wrong number of arguments. */
export function compileCall(call: CallSyntax, reader: Reader, gathering: Gathering): Closure {
  const row = INTRINSICS.get(call.name);
  if (row === undefined) reader.fail(`there is no intrinsic function "States.${call.name}"`, call.at);
  const count = call.arguments.length;
  if (count < row.least || count > row.most) {
    reader.fail(`States.${call.name} takes ${countText(row.least, row.most)}, not ${count}`, call.at);
  }
  const closures = call.arguments.map((each) => compileArgument(each, call, reader, gathering));
  const apply = call.name === 'Format' ? compileFormat(call.arguments[0]!) : row.apply;
  return (scope, budget) => {
    const values: unknown[] = [];
    for (const closure of closures) values.push(closure(scope, budget));
    return apply(values, new Invocation(call.text, scope, budget));
  };
}

function countText(least: number, most: number): string {
  if (least === most) return least === 1 ? 'one argument' : `${least} arguments`;
  return most === Number.POSITIVE_INFINITY ? `at least ${least}` : `${least} to ${most} arguments`;
}

function compileArgument(
  argument: ArgumentSyntax,
  call: CallSyntax,
  reader: Reader,
  gathering: Gathering,
): Closure {
  if (argument.kind === 'call') return compileCall(argument, reader, gathering);
  if (argument.kind === 'value') {
    const { value } = argument;
    return () => value;
  }
  const { value } = compileQuery(argument.path, gathering);
  return (scope, budget) => {
    const found = value(scope, budget);
    if (found !== undefined) return found;
    throw new Failure(
      'States.Runtime',
      `The function '${call.text}' had the following error: The JsonPath argument for the field '${argument.text}' could not be found in the input '${quoteData(scope.input)}'`,
    );
  };
}
