import { describe, expect, it } from 'vitest';
import { errorOf, evaluate } from './evaluate.ts';

const scope = {
  event: { id: '7', type: 'part.done', data: { x: 5, half: 0.5, list: [1, 2, 3], 'a-b': true, none: null } },
  context: { count: 10 },
};

/** Expressions and their values, by what of the language they show. */
const values: Record<string, readonly (readonly [string, unknown])[]> = {
  literals: [
    ['1', 1],
    ['0x1F', 31],
    ['5u', 5],
    ['1.5e3', 1500],
    [`r'\\d'`, '\\d'],
    [`'''it's'''`, "it's"],
    [`"\\u00e9\\n"`, 'é\n'],
    ['[1, "a", true, null]', [1, 'a', true, null]],
    [`{'a': {'b': [1]}}`, { a: { b: [1] } }],
    ['1 // a comment', 1],
  ],
  access: [
    ['event.data.x', 5],
    ['event.data["a-b"]', true],
    ['event["data"].list[1]', 2],
    ['event.data.list[context.count - 8]', 3],
    ['event.data.none', null],
    ['has(event.data.x)', true],
    ['has(event.data.y)', false],
    ['has(event.data.none)', true],
    ['has(event.data["a-b"])', true],
    ['has(event.data.deep.er.still)', false],
    ['event.data.?y.orValue(3)', 3],
    ['event.data.?x.orValue(3)', 5],
    ['event.?gone.deep.er.hasValue()', false],
    ['event.data.list[?9].orValue(0)', 0],
    ['event.data.?y.or(event.data.?x).value()', 5],
    ['event.data.?y', null],
    ['[optional.of(1), optional.none()]', [1, null]],
  ],
  arithmetic: [
    ['context.count == 10', true],
    ['context.count % 3 == 0', false],
    ['event.data.x + 1', 6],
    ['7 / 2', 3],
    ['-7 / 2', -3],
    ['-7 % 3', -1],
    ['7 / 2.0', 3.5],
    ['double(event.data.x) / 2', 2.5],
    ['event.data.half / 2', 0.25],
    ['1 + 0.5', 1.5],
    ['2.0 * 3', 6],
    ['-(-3)', 3],
    ['1e300 * 10.0', 1e301],
    ['"a" + "b"', 'ab'],
    ['[1] + [2, 3]', [1, 2, 3]],
  ],
  comparison: [
    ['1 == 1.0', true],
    ['1 == "1"', false],
    ['null == 0', false],
    ['[1, {"a": [2]}] == [1, {"a": [2]}]', true],
    ['{"a": 1, "b": 2} == {"b": 2, "a": 1}', true],
    ['[1] == {"a": 1}', false],
    ['"a" < "b" && false < true', true],
    ['"\\uFFFD" < "\\U0001F600"', true],
    ['2 in event.data.list', true],
    ['"x" in event.data', true],
    ['"toString" in event.data', false],
    ['!(4 in [1, 2])', true],
    ['1 < 2 ? "yes" : "no"', 'yes'],
  ],
  macros: [
    ['event.data.list.all(i, i > 0)', true],
    ['event.data.list.exists(i, i > 2)', true],
    ['event.data.list.exists_one(i, i > 2)', true],
    ['event.data.list.map(i, i * 2)', [2, 4, 6]],
    ['event.data.list.map(i, i > 1, i * 2)', [4, 6]],
    ['event.data.list.filter(i, i != 2)', [1, 3]],
    ['[[1, 2], [3]].map(a, a.map(b, b + size(a)))', [[3, 4], [4]]],
    ['[1].map(i, [2].map(i, i))', [[2]]],
    ['{"a": 1, "b": 2}.filter(k, k != "a")', ['b']],
    ['{"a": 1, "b": 2}.transformMap(k, v, v + 1)', { a: 2, b: 3 }],
    ['{"a": 1, "b": 2}.transformMap(k, v, v > 1, k)', { b: 'b' }],
    ['[{"n": 2}, {"n": 1}].sortBy(i, i.n).map(i, i.n)', [1, 2]],
    ['cel.bind(x, event.data.x, x * x)', 25],
  ],
  functions: [
    ['size("a😀")', 2],
    ['event.data.list.size() > 2', true],
    ['size({"a": 1})', 1],
    ['"part.done".startsWith("part.")', true],
    ['"abc".contains("b") && "abc".endsWith("c")', true],
    [`event.type.matches('^part[.][a-z]+$')`, true],
    ['matches("abc", "b")', true],
    ['"abc".matches("B".lowerAscii())', true],
    ['"a,b,c".split(",")', ['a', 'b', 'c']],
    ['"a,b,c".split(",", 2)', ['a', 'b,c']],
    ['"ab".split("")', ['a', 'b']],
    ['["a", "b"].join("-")', 'a-b'],
    ['" x ".trim() + "Ä".lowerAscii() + "a".upperAscii()', 'xÄA'],
    ['"banana".replace("a", "o")', 'bonono'],
    ['"banana".replace("a", "o", 1)', 'bonana'],
    ['"😀bc".substring(1, 2)', 'b'],
    ['"a😀b".charAt(1)', '😀'],
    ['"😀bcb".indexOf("b") * 10 + "😀bcb".lastIndexOf("b")', 13],
    ['int("12") + int(3.9) + int(-3.9)', 12],
    ['double("1.5") + 1', 2.5],
    ['bool("true")', true],
    ['string(5) + string(true) + string([1])', '5true[1]'],
    ['type(1) == int && type(1.5) == double && type([]) == list', true],
    ['type(null)', 'null_type'],
    ['math.greatest(1, 5, 3) + math.least([4, 2])', 7],
    ['math.abs(-2) + math.ceil(1.2) + math.floor(1.8)', 5],
    ['[math.round(2.5), math.round(-2.5), math.trunc(-1.5), math.sign(-4)]', [3, -3, -1, -1]],
    ['math.floor(7.5) / 2', 3.5],
    ['[3, 1, 2].sort() + [1, 1, 2].distinct()', [1, 2, 3, 1, 2]],
    ['[{"a": 1}, {"a": 1}].distinct()', [{ a: 1 }]],
    ['[[1, [2]], 3].flatten()', [1, [2], 3]],
    ['[[1, [2]], 3].flatten(2)', [1, 2, 3]],
    ['lists.range(3).reverse().slice(0, 2)', [2, 1]],
    ['[1, 2.5].sum() + [4, 9].min() + [4, 9].max()', 16.5],
  ],
  time: [
    ['timestamp("2026-03-01T12:30:00.5+01:00")', '2026-03-01T11:30:00.5Z'],
    ['timestamp("2026-03-01T00:00:00Z") - timestamp("2026-02-28T23:00:00Z") == duration("1h")', true],
    ['timestamp("2026-03-01T00:00:00Z") + duration("1h30m")', '2026-03-01T01:30:00Z'],
    ['timestamp("2026-03-01T00:00:00Z") < timestamp("2026-03-01T00:00:00.000000001Z")', true],
    ['duration("-1.5s")', '-1.5s'],
    ['duration("1ms") + duration("1us")', '0.001001s'],
    ['duration("90m").getHours() * 100 + duration("90m").getMinutes()', 190],
    ['timestamp(0).getFullYear()', 1970],
    ['timestamp("2026-03-01T23:30:00Z").getDate("+01:00")', 2],
    ['timestamp("2024-12-31T00:00:00Z").getDayOfYear()', 365],
    ['int(timestamp("1970-01-01T00:01:00.9Z"))', 60],
    ['[{"at": timestamp(0)}]', [{ at: '1970-01-01T00:00:00Z' }]],
    ['string(timestamp(0))', '1970-01-01T00:00:00Z'],
  ],
};

for (const [topic, cases] of Object.entries(values)) {
  describe(`the value of expressions with ${topic}`, () => {
    it.each(cases)('%s', (text, expected) => {
      expect(evaluate(text, scope)).toEqual(expected);
    });
  });
}

describe('&& and || decide whichever side fails', () => {
  it.each([
    ['event.data.y == 1 || true', true],
    ['true || event.data.y == 1', true],
    ['event.data.y == 1 && false', false],
    ['1 / 0 > 0 || event.data.y || true', true],
    ['[0, 1].exists(i, 1 / i == 1)', true],
    ['[0, 1].all(i, 1 / i == 2)', false],
  ])('%s', (text, expected) => {
    expect(evaluate(text, scope)).toBe(expected);
  });

  it('and fail with the first cause when neither side decides', () => {
    const error = errorOf(() => evaluate('event.data.y == 1 || 1 / 0 == 1', scope));
    expect(error.message).toContain('no such key: "y"');
  });
});

describe('an expression without a value fails with a coded error naming text and cause', () => {
  it.each([
    ['event.data.y', 'no such key: "y"'],
    ['event.data.none.x', 'null has no key "x"'],
    ['event.data.list[3]', 'index 3 is outside a list of 3'],
    ['event.data.list[0.5]', 'indexed by int'],
    ['event.data.list.length', 'has no key "length"'],
    ['other', 'the variable "other" has no value here'],
    ['1 / 0', 'division by zero'],
    ['1 % 0', 'division by zero'],
    ['5.5 % 2', 'has no meaning'],
    ['1 + "a"', '1 + "a" has no meaning'],
    ['null < 1', 'null < 1 has no meaning'],
    ['1 && true', '&& wants a bool, not 1'],
    ['"x" ? 1 : 2', '?: wants a bool'],
    ['!1', '! wants a bool'],
    ['9007199254740991 + 1', 'beyond 2^53'],
    ['9007199254740991 * 3', 'beyond 2^53'],
    ['1e308 * 10.0', 'beyond the range of numbers'],
    ['[1, "a"].sort()', 'has no meaning'],
    ['{"a": 1, "a": 2}', 'stands twice'],
    ['{event.id + "": 1, "__proto" + "__": 2}', 'the key "__proto__" is refused'],
    ['timestamp("2026-02-30T00:00:00Z")', 'not a date and time that exists'],
    ['timestamp("soon")', 'not an RFC 3339 timestamp'],
    ['duration("1d")', 'not a duration'],
    ['timestamp(0).getHours("Europe/Oslo")', 'time zone'],
    ['"abc".matches("(" + "")', 'invalid pattern'],
    ['"a".replace("", "b")', 'empty'],
    ['[1].join(",")', 'wants a string'],
    ['int("x")', 'not an int'],
    ['optional.none().value()', 'absent'],
  ])('%s', (text, cause) => {
    const error = errorOf(() => evaluate(text, scope));
    expect(error.code).toBe('INVALID_EXPRESSION');
    expect(error.message).toContain(cause);
    expect(error.message).toContain(text.slice(0, 20));
  });
});
