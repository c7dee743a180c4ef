import { describe, expect, it } from 'vitest';
import {
  compileJsonata,
  compileJsonataTemplate,
  expressionIn,
} from '../../../src/expressions/jsonata/index.ts';
import { TidegateError } from '../../../src/model/errors.ts';
import { Failure } from '../../../src/model/failure.ts';
import { LIMITS } from '../../../src/model/limits.ts';
import { draw } from './reference.ts';

function evaluate(template: unknown, states: object = {}, variables: object = {}, field = 'Output'): unknown {
  return compileJsonataTemplate(template, field, LIMITS).evaluate({ ...variables, states }, draw());
}

function failureOf(act: () => unknown): Failure {
  try {
    act();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('expected a failure');
}

describe('a template', () => {
  it('evaluates the strings that are expressions, wherever they are', () => {
    const template = {
      a: '{% $states.input.x %}',
      b: [1, '{%$states.input.x + 1%}', { c: '{% $v %}' }],
      d: 'plain',
      '{% e %}': 1,
    };
    expect(evaluate(template, { input: { x: 1 } }, { v: [2] })).toEqual({
      a: 1,
      b: [1, 2, { c: [2] }],
      d: 'plain',
      '{% e %}': 1,
    });
  });

  it.each([' {% 1 %}', '{% 1 %} ', '{% 1', '1 %}', '{%}', '{1}', '$states.input', '{% 1 % }'])(
    'takes any other string literally: %j',
    (text) => {
      const template = compileJsonataTemplate(text, 'Output', LIMITS);
      expect(template.constant).toBe(true);
      expect(template.evaluate({}, draw())).toBe(text);
    },
  );

  it('hands on what it does not change, itself and what it reads', () => {
    const template = { keep: { a: [1] }, read: '{% $states.input %}' };
    const input = { big: [1, 2, 3] };
    const result = evaluate(template, { input }) as typeof template;
    expect(result.keep).toBe(template.keep);
    expect(result.read).toBe(input);
    expect(evaluate(template.keep)).toBe(template.keep);
  });

  it('gives plain lists and objects', () => {
    const result = evaluate('{% {"l": $states.input.a.b, "o": $merge([{"x": 1}]), "s": [1..2]} %}', {
      input: { a: [{ b: 1 }, { b: 2 }] },
    });
    expect(result).toStrictEqual({ l: [1, 2], o: { x: 1 }, s: [1, 2] });
    expect(evaluate('{% $states.input.a.b %}', { input: { a: [{ b: 1 }, { b: 2 }] } })).toStrictEqual([1, 2]);
  });

  it('changes no data that it reads', () => {
    const input = Object.freeze({ a: Object.freeze([Object.freeze({ b: 1 })]) });
    const expressions = [
      '$states.input ~> |a|{"b": 2}|',
      '$states.input.a ~> |$states.input.a|{"b": 2}|',
      '$append($states.input.a, 1)',
      '$sort($states.input.a, function($x, $y) { false })',
      '$states.input.a[]',
      '($x := $states.input.a; $x[].b)',
      '$states.input.a^(b)',
      '$merge([$states.input, {"a": 1}])',
      '$reverse($states.input.a)',
    ];
    for (const text of expressions) evaluate(`{% ${text} %}`, { input });
    expect(input).toEqual({ a: [{ b: 1 }] });
  });

  it('tells what it reads', () => {
    const template = {
      a: '{% $x + $states.input.y %}',
      b: ['{% $states.context.Execution.Id %}'],
      c: '{% ($z := 1; $z + $sum([$q])) %}',
    };
    const { variables, states, usesContext, constant } = compileJsonataTemplate(template, 'Output', LIMITS);
    expect([[...variables].sort(), states, usesContext, constant]).toEqual([
      ['q', 'states', 'x'],
      ['input', 'context'],
      true,
      false,
    ]);
  });

  it('reads only those members of $states that it asks for', () => {
    const states = {
      input: { x: 1 },
      get context(): never {
        throw new Error('nobody asked');
      },
    };
    expect(evaluate('{% $states.input.x %}', states)).toBe(1);
  });

  it('refuses keys that reach for prototypes', () => {
    expect(() => compileJsonataTemplate(JSON.parse('{"__proto__": "{% 1 %}"}'), 'Output', LIMITS)).toThrow(
      TidegateError,
    );
    expect(failureOf(() => evaluate('{% {"__proto__": 1} %}')).reason).toContain('__proto__');
    expect(failureOf(() => evaluate('{% $parse(\'{"__proto__": 1}\') %}')).reason).toContain('__proto__');
    expect(failureOf(() => evaluate('{% $parse(\'{"\\\\u005f_proto__": 1}\') %}')).reason).toContain(
      '__proto__',
    );
    expect(failureOf(() => evaluate('{% {"a": {}} ~> |a|{"constructor": 1}| %}')).reason).toContain(
      'constructor',
    );
  });
});

describe('a failure says which expression of which field', () => {
  const cases: readonly (readonly [template: unknown, field: string, reason: string])[] = [
    [
      '{% $doesNotExist %}',
      'Arguments',
      "The JSONata expression '$doesNotExist' specified for the field 'Arguments' returned nothing (undefined).",
    ],
    [
      { result: '{%   $doesNotExist   %}' },
      'Assign',
      "The JSONata expression '$doesNotExist' specified for the field 'Assign/result' returned nothing (undefined).",
    ],
    [
      { a: [0, { b: '{% $x %}' }] },
      'Output',
      "The JSONata expression '$x' specified for the field 'Output/a[1]/b' returned nothing (undefined).",
    ],
    [
      '{% $fn := function($x){$x} %}',
      'Items',
      "The JSONata expression '$fn := function($x){$x}' specified for the field 'Items' returned an unsupported result type.",
    ],
    [
      '{% [1, $sum] %}',
      'Items',
      "The JSONata expression '[1, $sum]' specified for the field 'Items' returned an unsupported result type.",
    ],
    [
      '{% 1/0 %}',
      'Seconds',
      "The JSONata expression '1/0' specified for the field 'Seconds' returned an unsupported result type.",
    ],
    [
      '{% 1 + "a" %}',
      'Output',
      'The JSONata expression \'1 + "a"\' specified for the field \'Output\' threw an error during evaluation. T2002: The right side of the "+" operator must evaluate to a number',
    ],
    [
      "{% $error('stop') %}",
      'Output',
      "The JSONata expression '$error('stop')' specified for the field 'Output' threw an error during evaluation. D3137: stop",
    ],
    [
      "{% $eval('1') %}",
      'Output',
      "The JSONata expression '$eval('1')' specified for the field 'Output' threw an error during evaluation. T1006: Attempted to invoke a non-function",
    ],
  ];
  it.each(cases)('%j in %s', (template, field, reason) => {
    const failure = failureOf(() => evaluate(template, {}, {}, field));
    expect([failure.error, failure.reason]).toEqual(['States.QueryEvaluationError', reason]);
  });
});

describe('an expression alone', () => {
  it('knows its free variables', () => {
    const variablesOf = (text: string) => [...compileJsonata(text, LIMITS).variables].sort();
    expect(variablesOf('$a + $sum($b) + $$')).toEqual(['a', 'b']);
    expect(variablesOf('($a := $a + 1; $a)')).toEqual(['a']);
    expect(variablesOf('($f := function($x) { $x = 0 ? $y : $f($x - 1) }; $y := 1; $f(2))')).toEqual([]);
    expect(variablesOf('function($x) { $x + $z }(1)')).toEqual(['z']);
    expect(variablesOf('(($x := 1); $x)')).toEqual(['x']);
    expect(variablesOf('$l@$e#$i[$i < $n].($e.a)')).toEqual(['l', 'n']);
    expect(variablesOf('$states.input')).toEqual(['states']);
  });

  it('knows what it reads of $states', () => {
    const statesOf = (text: string) => compileJsonata(text, LIMITS).states;
    expect(statesOf('$states.input.a + $states.result')).toEqual(['input', 'result']);
    expect(statesOf('$states')).toBeUndefined();
    expect(statesOf('$states.*')).toBeUndefined();
    expect(statesOf('1')).toEqual([]);
    expect(compileJsonata('$states', LIMITS).usesContext).toBe(true);
  });

  it('puts variables before built-in functions', () => {
    expect(compileJsonata('$sum', LIMITS).evaluate({ sum: 3 }, draw())).toBe(3);
  });

  it.each([
    ['1 +', 'Unexpected end of expression', { line: 1, column: 4 }],
    ['(1;\n  2', 'Expected ")"', undefined],
    ['a b', 'Syntax error: "b"', { line: 1, column: 4 }],
    ['"abc', 'String literal must be terminated', undefined],
    ['/(?=a)/', 'is not supported', undefined],
    ['/[/', 'expression', undefined],
    ['', 'Unexpected end of expression', undefined],
  ])("is refused with the place and the parser's message: %j", (text, message, place) => {
    try {
      compileJsonata(text, LIMITS);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(TidegateError);
      expect((error as TidegateError).code).toBe('INVALID_EXPRESSION');
      expect((error as TidegateError).message).toContain(message);
      if (place !== undefined) expect((error as TidegateError).place).toEqual(place);
    }
  });

  it('is found between its delimiters', () => {
    expect([
      expressionIn('{%  $a  %}'),
      expressionIn('{%%}'),
      expressionIn('{%'),
      expressionIn(' {% 1 %}'),
    ]).toEqual(['$a', '', undefined, undefined]);
  });
});
