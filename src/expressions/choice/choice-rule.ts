import { TidegateError } from '../../model/errors.ts';
import { Failure } from '../../model/failure.ts';
import { LIMITS, type Limits, requireWithin } from '../../model/limits.ts';
import { Budget } from '../jsonpath/budget.ts';
import type { QueryScope, References } from '../jsonpath/index.ts';
import { nullInput } from '../jsonpath/missing.ts';
import { compilePathField, type FieldQuery } from '../jsonpath/path.ts';
import { Gathering } from '../jsonpath/query.ts';
import { COMPARISON_OPERATORS, comparisonOf, TYPE_TESTS } from './operators.ts';

/** A Choice rule in JSONPath, compiled. */
export interface ChoiceRule extends References {
  /** Whether the rule holds. Throws Failure, `States.Runtime`, where a path of the rule names no value it can use. */
  test(scope: QueryScope): boolean;
}

const OPERATORS: ReadonlySet<string> = new Set(COMPARISON_OPERATORS);

/** All comparisons of a rule share one budget; there is none where no path needs it. */
type Test = (scope: QueryScope, budget: Budget | undefined) => boolean;

interface Compilation {
  readonly limits: Limits;
  readonly gathering: Gathering;
  needsBudget: boolean;
}

interface Path extends FieldQuery {
  readonly text: string;
}

/**
 * Compiles one Choice rule (ASL, "Choice Rules"): a comparison of a Variable, or And, Or, Not of such; `Next`, `Assign`,
 * `Output` and `Comment` are not looked at. Throws INVALID_EXPRESSION with the pointer of what is wrong.
 */
export function compileChoiceRule(rule: unknown, limits: Limits = LIMITS): ChoiceRule {
  const gathering = new Gathering();
  const compilation: Compilation = { limits, gathering, needsBudget: false };
  const test = compileRule(compilation, rule, '', 1);
  return Object.freeze({
    variables: Object.freeze([...gathering.variables]),
    usesContext: gathering.usesContext,
    test: (scope: QueryScope) =>
      test(scope, compilation.needsBudget ? new Budget(limits, 'a Choice rule') : undefined),
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
      ? (scope, budget) => tests.every((test) => test(scope, budget))
      : (scope, budget) => tests.some((test) => test(scope, budget));
  }
  if (members['Not'] !== undefined) {
    const test = compileRule(compilation, members['Not'], `${pointer}/Not`, depth + 1);
    return (scope, budget) => !test(scope, budget);
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
  const operators = Object.keys(members).filter((key) => OPERATORS.has(key));
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

function compileTypeTest(operator: string, variable: Path, expected: unknown, pointer: string): Test {
  if (typeof expected !== 'boolean') throw invalid(pointer, `${operator} wants true or false`);
  if (operator === 'IsPresent') {
    return (scope, budget) => isPresent(variable, scope, budget) === expected;
  }
  const holds = TYPE_TESTS.get(operator)!;
  return (scope, budget) => holds(requiredValue(variable, scope, budget)) === expected;
}

/** A path that may name many values is present if it names one. */
function isPresent(variable: Path, scope: QueryScope, budget: Budget | undefined): boolean {
  const value = variable.find(scope, budget);
  return variable.definite || !Array.isArray(value) ? value !== undefined : value.length > 0;
}

function compileOperator(
  compilation: Compilation,
  operator: string,
  variable: Path,
  expected: unknown,
  pointer: string,
): Test {
  const { accepts, compile, byPath, wants } = comparisonOf(operator)!;
  if (!byPath) {
    if (!accepts(expected)) throw invalid(pointer, `${operator} wants ${wants}`);
    const test = compile(expected);
    return (scope, budget) => test(requiredValue(variable, scope, budget));
  }
  const path = pathAt(compilation, expected, pointer);
  return (scope, budget) => {
    const value = requiredValue(variable, scope, budget);
    const other = requiredValue(path, scope, budget);
    if (!accepts(other)) throw invalidValue(path);
    return compile(other)(value);
  };
}

function pathAt(compilation: Compilation, text: unknown, pointer: string): Path {
  if (typeof text !== 'string') throw invalid(pointer, 'a path wanted');
  try {
    const path = compilePathField(text, compilation.limits, undefined, compilation.gathering);
    compilation.needsBudget ||= path.needsBudget;
    return { ...path, text };
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    throw new TidegateError(error.code, error.message, {
      cause: error,
      place: { ...error.place, pointer },
      details: { ...error.details },
    });
  }
}

function requiredValue(path: Path, scope: QueryScope, budget: Budget | undefined): unknown {
  if (path.ofInput && scope.input === null) throw nullInput();
  const value = path.find(scope, budget);
  if (value === undefined) throw invalidValue(path);
  return value;
}

function invalidValue({ text }: Path): Failure {
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
