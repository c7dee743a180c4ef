import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { compilePathOrIntrinsic } from '../../../src/expressions/jsonpath/index.ts';
import { INTRINSICS } from '../../../src/expressions/jsonpath/intrinsics.ts';
import { evaluate, failureOf, refusalOf, scopeOf } from './evaluate.ts';

const input = {
  list: [1, 2, 3, 4, 5],
  objects: [{ a: 1, b: 2 }, { b: 2, a: 1 }, { a: 1 }, [1], [1], '1', 1, null, null],
  text: 'hello',
  template: 'I am {}, {}',
  object: { a: 1, b: [true, null, 'x'] },
  long: 'x'.repeat(10_001),
};

it('there are eighteen intrinsic functions', () => {
  expect(INTRINSICS.size).toBe(18);
});

describe('an intrinsic function', () => {
  it.each<[string, unknown]>([
    ['States.Array()', []],
    ["States.Array(1, 'a', null, true, -2.5, $.text)", [1, 'a', null, true, -2.5, 'hello']],
    ['States.ArrayPartition($.list, 2)', [[1, 2], [3, 4], [5]]],
    ['States.ArrayPartition($.list, 1.5)', [[1, 2], [3, 4], [5]]],
    ['States.ArrayContains($.objects, $.object)', false],
    ["States.ArrayContains($.objects, '1')", true],
    ['States.ArrayContains($.list, 6)', false],
    ['States.ArrayRange(1, 9, 2)', [1, 3, 5, 7, 9]],
    ['States.ArrayRange(5, 1, -2)', [5, 3, 1]],
    ['States.ArrayRange(0, 1, 5)', [0]],
    ['States.ArrayRange(3, 1, 1)', []],
    ['States.ArrayGetItem($.list, 4)', 5],
    ['States.ArrayLength($.list)', 5],
    ['States.ArrayUnique($.objects)', [{ a: 1, b: 2 }, { a: 1 }, [1], '1', 1, null]],
    ["States.Base64Encode('ü')", 'w7w='],
    ["States.Base64Decode('w7w=')", 'ü'],
    ["States.Base64Decode('w7w')", 'ü'],
    ["States.Hash($.text, 'SHA-256')", createHash('sha256').update('hello').digest('hex')],
    [
      'States.JsonMerge($.object, States.StringToJson(\'{"a":{"x":1}}\'), false)',
      { a: { x: 1 }, b: [true, null, 'x'] },
    ],
    ["States.StringToJson('[1, {}]')", [1, {}]],
    ["States.StringToJson('')", null],
    ['States.JsonToString($.object)', '{"a":1,"b":[true,null,"x"]}'],
    ['States.MathAdd(2.4, -0.5)', 2],
    ['States.MathAdd(9007199254740990, 1)', 9007199254740991],
    ['States.MathRandom(1, 11)', 6],
    ["States.StringSplit('This.is+a,test=string', '.+,=')", ['This', 'is', 'a', 'test', 'string']],
    ["States.StringSplit('abc', '')", ['abc']],
    ["States.StringSplit('a\nb', '\n')", ['a', 'b']],
    ['States.UUID()', '80808080-8080-4080-8080-808080808080'],
    ["States.Format('{}/{}/{}/{}', 1.5, null, true, $.object)", '1.5/null/true/{a=1, b=[true, null, x]}'],
    ['States.Format($.template, $.text, 7)', 'I am hello, 7'],
    ["States.Format('\\{\\}{}\\'\\\\', 1)", "{}1'\\"],
    ['States.Format(\'{"a": {}}\', 1)', '{"a": 1}'],
    ["States.Format('none')", 'none'],
    ["States.Format('{}', States.ArrayGetItem(States.StringSplit('a/b', '/'), 1))", 'b'],
    ["States.Format('{}', $who.name)", 'Ann'],
    ['States.ArrayLength( $.list )  ', 5],
  ])('%s', (text, expected) => {
    expect(evaluate(text, input, { who: { name: 'Ann' } })).toEqual(expected);
  });

  it.each([
    ['States.ArrayPartition($.list, 0)', 'the second argument must be greater than zero, but was 0'],
    [
      'States.ArrayPartition($.text, 1)',
      'the first argument must be an array, but was a value of type string',
    ],
    ['States.ArrayGetItem($.list, 5)', 'the index 5 is out of bounds for an array of length 5'],
    ['States.ArrayGetItem($.list, -1)', 'the index -1 is out of bounds for an array of length 5'],
    ['States.ArrayRange(1, 5, 0)', 'the third argument must not be zero'],
    ['States.ArrayRange(0, 1000, 1)', 'the range has 1001 elements; the most is 1000'],
    ['States.Base64Encode($.long)', 'the argument has 10001 characters; the most is 10000'],
    ["States.Base64Decode('!')", 'the argument is not Base64'],
    [
      "States.Hash($.text, 'SHA-200')",
      'the second argument must be one of MD5, SHA-1, SHA-256, SHA-384, SHA-512',
    ],
    ["States.Hash($.long, 'MD5')", 'the first argument has 10001 characters; the most is 10000'],
    [
      'States.JsonMerge($.object, $.object, true)',
      'the third argument must be false: only shallow merging is supported',
    ],
    ['States.JsonMerge($.object, $.list, false)', 'the second argument must be an object, but was an array'],
    ['States.MathRandom(2, 2)', 'the second argument must be greater than the first: 2, 2'],
    ["States.Format('{}')", 'the template has 1 occurrences of {}, but there are 0 arguments for them'],
    ["States.Format('{}', 1, 2)", 'the template has 1 occurrences of {}, but there are 2 arguments for them'],
    ['States.Format(1)', 'the first argument must be a string, but was a value of type number'],
  ])('%s fails', (text, problem) => {
    expect(failureOf(() => evaluate(text, input))).toMatchObject({
      error: 'States.IntrinsicFailure',
      reason: `The function '${text}' had the following error: ${problem}`,
    });
  });

  it('makes a range of a thousand elements at most', () => {
    expect(evaluate('States.ArrayRange(1, 1000, 1)')).toHaveLength(1_000);
  });

  it('fails where its argument is no JSON, or too deep, or has an unsafe key', () => {
    for (const text of ['{', '['.repeat(100) + ']'.repeat(100), '{"__proto__": 1}']) {
      const failure = failureOf(() => evaluate('States.StringToJson($.json)', { json: text }));
      expect(failure.error).toBe('States.IntrinsicFailure');
    }
  });

  it('names the innermost call whose argument finds nothing', () => {
    const failure = failureOf(() => evaluate("States.Format('{}', States.ArrayLength($.no))", { a: 1 }));
    expect(failure).toMatchObject({
      error: 'States.Runtime',
      reason:
        "The function 'States.ArrayLength($.no)' had the following error: The JsonPath argument for the field '$.no' could not be found in the input '{\"a\":1}'",
    });
  });

  it('draws the same number for the same seed, within the bounds', () => {
    const draws = Array.from(
      { length: 200 },
      (_, seed) => evaluate(`States.MathRandom(-3, 4, ${seed})`) as number,
    );
    expect(draws).toEqual(
      Array.from({ length: 200 }, (_, seed) => evaluate(`States.MathRandom(-3, 4, ${seed})`)),
    );
    expect([...new Set(draws)].toSorted((a, b) => a - b)).toEqual([-3, -2, -1, 0, 1, 2, 3]);
  });

  it('tells what it reads', () => {
    expect(compilePathOrIntrinsic("States.Format('{}{}', $a.b, $$.State.Name)")).toMatchObject({
      variables: ['a'],
      usesContext: true,
    });
  });
});

describe('a call that is wrong is refused with its column', () => {
  it.each([
    [' States.UUID()', 1],
    ['States.', 8],
    ['States.Xyz(1)', 1],
    ['States.UUID', 12],
    ['States.UUID(1)', 1],
    ['States.Hash(1)', 1],
    ['States.Array(1', 15],
    ['States.Array(1 2)', 16],
    ['States.Array(,)', 14],
    ['States.Array(a)', 14],
    ["States.Array('a)", 14],
    ["States.Array('a\\n')", 16],
    ["States.Array('a\\')", 14],
    ["States.Array(1, States.Xyz('a'))", 17],
    ['States.Array($.a[)', 18],
    ['States.UUID() x', 15],
    ['States\nUUID()', 1],
  ])('%s', (text, column) => {
    const error = refusalOf(() => compilePathOrIntrinsic(text));
    expect(error).toMatchObject({ code: 'INVALID_EXPRESSION', place: { column } });
  });

  it('is not evaluated', () => {
    expect(() => compilePathOrIntrinsic('States.ArrayGetItem($.list, 9)')).not.toThrow();
    expect(() => compilePathOrIntrinsic('States.ArrayGetItem($.list, 9)').find(scopeOf(input))).toThrow();
  });
});
