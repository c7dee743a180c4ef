import { TidegateError } from '../../model/errors.ts';
import { Failure } from '../../model/failure.ts';
import { LIMITS, type Limits, requireWithin } from '../../model/limits.ts';
import { type CompiledPath, compilePath, type QueryScope, type References } from '../jsonpath/index.ts';
import { COMPARISON_OPERATORS, comparisonOf, TYPE_TESTS } from './operators.ts';

/** A Choice rule in JSONPath, compiled. */
export interface ChoiceRule extends References {
  /** Whether the rule holds. Throws Failure, `States.Runtime`, where a path of the rule names no value it can use. */
  test(scope: QueryScope): boolean;
}

type Test = ChoiceRule['test'];

interface Compilation {
  readonly limits: Limits;
  readonly variables: Set<string>;
  usesContext: boolean;
}

/**
 * Compiles one Choice rule (ASL, "Choice Rules"): a comparison of a Variable, or And, Or, Not of such; `Next`, `Assign`,
 * `Output` and `Comment` are not looked at. Throws INVALID_EXPRESSION with the pointer of what is wrong.
 */
export function compileChoiceRule(rule: unknown, limits: Limits = LIMITS): ChoiceRule {
  const compilation: Compilation = { limits, variables: new Set(), usesContext: false };
  const test = compileRule(compilation, rule, '', 1);
  return Object.freeze({
    variables: Object.freeze([...compilation.variables]),
    usesContext: compilation.usesContext,
    test,
  });
}

function compileRule(compilation: Compilation, rule: unknown, pointer: string, depth: number): Test {
  requireWithin(compilation.limits, 'expressionDepth', depth, 'The nesting of a Choice rule');
  if (typeof rule !== 'object' || rule === null || Array.isArray(rule)) {
    throw invalid(pointer, 'a Choice rule is an object');
  }
  const members = rule as Readonly<Record<string, unknown>>;
  if (members['And'] !== undefined || members['Or'] !== undefined) {
    const name = members['And'] === undefined ? 'Or' : 'And';
    const tests = compileRules(compilation, members[name], `${pointer}/${name}`, depth);
    return name === 'And'
      ? (scope) => tests.every((test) => test(scope))
      : (scope) => tests.some((test) => test(scope));
  }
  if (members['Not'] !== undefined) {
    const test = compileRule(compilation, members['Not'], `${pointer}/Not`, depth + 1);
    return (scope) => !test(scope);
  }
  return compileComparison(compilation, members, pointer);
}

function compileRules(compilation: Compilation, list: unknown, pointer: string, depth: number): Test[] {
  if (!Array.isArray(list) || list.length === 0)
    throw invalid(pointer, 'a list of Choice rules that is not empty');
  return list.map((rule, i) => compileRule(compilation, rule, `${pointer}/${i}`, depth + 1));
}

function compileComparison(
  compilation: Compilation,
  members: Readonly<Record<string, unknown>>,
  pointer: string,
): Test {
  const operators = Object.keys(members).filter((key) => COMPARISON_OPERATORS.includes(key));
  const [operator] = operators;
  if (operator === undefined) throw invalid(pointer, 'a Choice rule without a comparison operator');
  if (operators.length > 1)
    throw invalid(pointer, `one comparison operator wanted, not ${operators.join(', ')}`);
  const variable = pathAt(compilation, members['Variable'], `${pointer}/Variable`);
  const place = `${pointer}/${operator}`;
  const expected = members[operator];
  return comparisonOf(operator) === undefined
    ? compileTypeTest(operator, variable, expected, place)
    : compileOperator(compilation, operator, variable, expected, place);
}

function compileTypeTest(operator: string, variable: CompiledPath, expected: unknown, pointer: string): Test {
  if (typeof expected !== 'boolean') throw invalid(pointer, `${operator} wants true or false`);
  if (operator === 'IsPresent') {
    return (scope) => isPresent(variable, scope) === expected;
  }
  const holds = TYPE_TESTS.get(operator)!;
  return (scope) => holds(requiredValue(variable, scope)) === expected;
}

/** A path that may name many values is present if it names one. */
function isPresent(variable: CompiledPath, scope: QueryScope): boolean {
  const value = variable.find(scope);
  return variable.definite || !Array.isArray(value) ? value !== undefined : value.length > 0;
}

function compileOperator(
  compilation: Compilation,
  operator: string,
  variable: CompiledPath,
  expected: unknown,
  pointer: string,
): Test {
  const { accepts, compile, byPath, wants } = comparisonOf(operator)!;
  if (!byPath) {
    if (!accepts(expected)) throw invalid(pointer, `${operator} wants ${wants}`);
    const test = compile(expected);
    return (scope) => test(requiredValue(variable, scope));
  }
  const path = pathAt(compilation, expected, pointer);
  return (scope) => {
    const value = requiredValue(variable, scope);
    const other = requiredValue(path, scope);
    if (!accepts(other)) throw invalidValue(path);
    return compile(other)(value);
  };
}

function pathAt(compilation: Compilation, text: unknown, pointer: string): CompiledPath {
  if (typeof text !== 'string') throw invalid(pointer, 'a path wanted');
  let path: CompiledPath;
  try {
    path = compilePath(text, compilation.limits);
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    throw new TidegateError(error.code, error.message, {
      cause: error,
      place: { ...error.place, pointer },
      details: { ...error.details },
    });
  }
  for (const name of path.variables) compilation.variables.add(name);
  compilation.usesContext ||= path.usesContext;
  return path;
}

function requiredValue(path: CompiledPath, scope: QueryScope): unknown {
  const value = path.find(scope);
  if (value === undefined) throw invalidValue(path);
  return value;
}

function invalidValue({ text }: CompiledPath): Failure {
  return new Failure(
    'States.Runtime',
    `Invalid path '${text}': The choice state's condition path references an invalid value.`,
  );
}

function invalid(pointer: string, problem: string): TidegateError {
  return new TidegateError(
    'INVALID_EXPRESSION',
    `${pointer === '' ? 'The Choice rule' : pointer}: ${problem}`,
    {
      place: { pointer },
    },
  );
}
