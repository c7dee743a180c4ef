import { describe, expect, it } from 'vitest';
import { compilePath } from '../../../src/expressions/jsonpath/index.ts';
import { evaluate, failureOf, refusalOf, scopeOf } from './evaluate.ts';

const store = {
  book: [
    { title: 'Sayings', price: 8.95, category: 'reference' },
    { title: 'Moby', price: 8.99, category: 'fiction', isbn: '0-553' },
    { title: 'Ring', price: 22.99, category: 'fiction', isbn: null },
  ],
  bicycle: { color: 'red', price: 19.95 },
  expensive: 10,
};

describe('a path', () => {
  it.each([
    ['$', store],
    ['$.bicycle.color', 'red'],
    ["$['bicycle']['color']", 'red'],
    ['$["bicycle"].color', 'red'],
    ['$.book[0].title', 'Sayings'],
    ['$.book[(@.length-1)].title', 'Ring'],
    ['$.book[( @.length - 3 )].title', 'Sayings'],
    ['$..[(@.length-1)].title', ['Ring']],
    ['$.book[-1:].title', ['Ring']],
    ['$.book[0,-1].title', ['Sayings']],
    ['$.book[*].price', [8.95, 8.99, 22.99]],
    ['$.bicycle.*', ['red', 19.95]],
    ['$.book[0,2].price', [8.95, 22.99]],
    ["$.bicycle['color','price']", { color: 'red', price: 19.95 }],
    ["$.bicycle['color', 'wheels']", { color: 'red' }],
    [
      "$.book[1:]['title','isbn']",
      [
        { title: 'Moby', isbn: '0-553' },
        { title: 'Ring', isbn: null },
      ],
    ],
    [
      "$..['title','isbn']",
      [
        { title: 'Moby', isbn: '0-553' },
        { title: 'Ring', isbn: null },
      ],
    ],
    ['$.book[1:].price', [8.99, 22.99]],
    ['$.book[:2].price', [8.95, 8.99]],
    ['$.book[-2:].price', [8.99, 22.99]],
    ['$.book[0:3:2].price', [8.95, 22.99]],
    ['$..color', ['red']],
    ['$..price', [8.95, 8.99, 22.99, 19.95]],
    ['$.book..title', ['Sayings', 'Moby', 'Ring']],
    ['$..[0].title', ['Sayings']],
    ['$.book[*].length()', []],
    ['$$.State.Name', 'S'],
    ['$$.Execution.Input.bicycle.color', 'red'],
    ['$fruit.name', 'apple'],
    ['$fruit', { name: 'apple' }],
  ])('%s finds', (text, expected) => {
    expect(evaluate(text, store, { fruit: { name: 'apple' } })).toEqual(expected);
  });

  it.each([
    ['[?(@.price < 10)].title', ['Sayings', 'Moby']],
    ['[?(@.isbn)].title', ['Moby']],
    ['[?(!@.isbn)].title', ['Sayings', 'Ring']],
    ["[?(@.category == 'fiction' && @.price > 20)].title", ['Ring']],
    ['[?(@.category == "reference" || @.price >= 22.99)].title', ['Sayings', 'Ring']],
    ['[?(@.category == reference)].title', ['Sayings']],
    ['[?(@.isbn==0-553)].title', ['Moby']],
    ['[?(@.title in [Moby,Ring])].price', [8.99, 22.99]],
    ['[?(@.price==8.99e0||@.title==Ring)].title', ['Moby', 'Ring']],
    ['[?(@.price > $.expensive)].title', ['Ring']],
    ['[?(@.price > $limit)].title', ['Ring']],
    ["[?(@.title in ['Moby', 'Ring'])].price", [8.99, 22.99]],
    ["[?(@.title nin ['Moby', 'Ring'])].price", [8.95]],
    ['[?(@.title =~ /.*ng.*/i)].title', ['Sayings', 'Ring']],
    ['[?(@.title =~ /R.*/)].title', ['Ring']],
    ['[?(@.price =~ /8\\..*/)].title', ['Sayings', 'Moby']],
    ['[?(@.isbn =~ /.*/)].title', ['Moby']],
    ["[?(@['title','isbn'])].title", ['Sayings', 'Moby', 'Ring']],
    ["[?(@['title','isbn'].title)].title", []],
    ["[?(@.title contains 'in')].title", ['Sayings', 'Ring']],
    ['[?(@.isbn == null)].title', ['Ring']],
    ['[?(@.isbn != null)].title', ['Sayings', 'Moby']],
    ["[?(@.price == '8.95')].title", ['Sayings']],
    ["[?(@['title'] == 'Moby')].price", [8.99]],
    ['[?(@.title size 4)].title', ['Moby', 'Ring']],
    ["[?((@.price < 9) && !(@.category == 'fiction'))].title", ['Sayings']],
  ])('$.book%s finds', (text, expected) => {
    expect(evaluate(`$.book${text}`, store, { limit: 20 })).toEqual(expected);
  });

  it('finds every object that a filter behind ".." accepts', () => {
    expect(evaluate('$..[?(@.price > 10)].price', store)).toEqual([22.99, 19.95]);
  });

  it('compares with texts without quotes, whatever they are made of', () => {
    const list = [{ k: '/eggs/cooked' }, { k: 'ecs.zone-1' }, { k: 'é@x' }, { k: '-1x' }, { k: -1 }];
    expect(evaluate('$[?(@.k==/eggs/cooked)]', list)).toEqual([list[0]]);
    expect(evaluate('$[?(@.k == ecs.zone-1)]', list)).toEqual([list[1]]);
    expect(evaluate('$[?(@.k == é@x && @.k != ecs.zone-1)]', list)).toEqual([list[2]]);
    expect(evaluate('$[?(@.k == -1x || @.k == -1)]', list)).toEqual(list.slice(3));
  });

  it('keeps false, nought and empty texts where a filter asks whether there is something, and no null', () => {
    const list = [{ k: false }, { k: 0 }, { k: '' }, { k: [] }, { k: null }, {}];
    expect(evaluate('$[?(@.k)]', list)).toEqual(list.slice(0, 4));
    expect(evaluate('$[?(!@.k)]', list)).toEqual(list.slice(4));
  });

  it('matches numbers and truth values by their texts', () => {
    const list = [{ k: 199 }, { k: '199' }, { k: 200 }, { k: true }, { k: null }, {}];
    expect(evaluate('$[?(@.k =~ /1\\d\\d/)]', list)).toEqual(list.slice(0, 2));
    expect(evaluate('$[?(@.k =~ /t.*/)]', list)).toEqual([{ k: true }]);
  });

  it('takes what looks like a function for the name of a member', () => {
    expect(evaluate('$.a.length()', { a: { 'length()': 5 } })).toBe(5);
  });

  it('finds null where null is', () => {
    expect(evaluate('$.a', { a: null })).toBeNull();
  });

  it('gives an empty list when it is not definite and finds nothing', () => {
    expect(evaluate('$.nothing[*].at.all')).toEqual([]);
    expect(evaluate('$..nothing')).toEqual([]);
    expect(evaluate('$.nothing[1:]')).toEqual([]);
    expect(evaluate('$.nothing[0,1].at', { nothing: [] })).toEqual([]);
    expect(evaluate('$.x[*][1:]', { x: [1, 'text'] })).toEqual([]);
  });

  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])('reads no inherited %s', (key) => {
    expect(compilePath(`$.a.${key}`).find(scopeOf({ a: {} }))).toBeUndefined();
    expect(compilePath(`$.a['${key}']`).find(scopeOf({ a: [] }))).toBeUndefined();
    expect(compilePath(`$${key}`).find(scopeOf({}))).toBeUndefined();
  });

  it('takes an escaped quote in a name, and else the backslash as it stands', () => {
    expect(evaluate("$['it\\'s']", { "it's": 1 })).toBe(1);
    expect(evaluate(`$['a\\"b']`, { 'a"b': 1 })).toBe(1);
    expect(evaluate(`$['a\\"b']`, { 'a\\"b': 2 })).toBe(2);
  });

  it('tells what it reads', () => {
    const path = compilePath('$.a[?(@.b == $limit.x && @.c == $$.State.Name)]');
    expect(path).toMatchObject({ definite: false, variables: ['limit'], usesContext: true });
    expect(compilePath('$v.a[0]')).toMatchObject({ definite: true, variables: ['v'], usesContext: false });
  });

  it('asks for the context object only where it is read', () => {
    const scope = { ...scopeOf({ a: 1 }), context: () => expect.unreachable() };
    expect(compilePath('$.a').evaluate(scope)).toBe(1);
  });
});

describe('a path that finds nothing', () => {
  it.each([
    ['$.x', undefined, "Invalid path '$.x' : No results for path: $['x']"],
    ['$.x.y', 'InputPath', "Invalid path '$.x.y' : Missing property in path $['x']"],
    ['$.a[3]', 'OutputPath', "Invalid path '$.a[3]' : No results for path: $['a'][3]"],
    [
      '$.a.length()',
      'InputPath',
      "Invalid path '$.a.length()' : Property ['length()'] not found in path $['a']",
    ],
    ['$.o.size().x', 'InputPath', "Invalid path '$.o.size().x' : Missing property in path $['o']['size()']"],
    [
      '$.a.sum()',
      'item.$',
      `The JSONPath '$.a.sum()' specified for the field 'item.$' could not be found in the input '{"a":[1],"o":{"p":1}}'`,
    ],
    ['$.a[0].b', 'InputPath', "Invalid path '$.a[0].b' : Property ['b'] not found in path $['a'][0]"],
    ['$.a[-1].b', 'InputPath', "Invalid path '$.a[-1].b' : No results for path: $['a'][-1]['b']"],
    [
      '$.a[(@.length-2)]',
      'InputPath',
      "Invalid path '$.a[(@.length-2)]' : No results for path: $['a'][(@.length-2)]",
    ],
    [
      '$.a[-1]',
      'item.$',
      `The JSONPath '$.a[-1]' specified for the field 'item.$' could not be found in the input '{"a":[1],"o":{"p":1}}'`,
    ],
    ['$.a[3].b.c', 'OutputPath', "Invalid path '$.a[3].b.c' : No results for path: $['a'][3]['b']['c']"],
    [
      '$.o[0:2]',
      'InputPath',
      `Invalid path '$.o[0:2]' : Filter: [0:2] can only be applied to arrays. Current context is: {"p":1}`,
    ],
    [
      '$[0,1]',
      'InputPath',
      `Invalid path '$[0,1]' : Filter: [0,1] can only be applied to arrays. Current context is: {"a":[1],"o":{"p":1}}`,
    ],
    [
      "$['a', 'o'].p",
      'InputPath',
      "Invalid path '$['a', 'o'].p' : Multi properties can only be used as path leafs: $['a', 'o']",
    ],
    [
      "$.a['x','y']",
      'InputPath',
      "Invalid path '$.a['x','y']' : Property ['x', 'y'] not found in path $['a']",
    ],
    [
      '$.o.p[1:].q',
      'item.$',
      `The JSONPath '$.o.p[1:].q' specified for the field 'item.$' could not be found in the input '{"a":[1],"o":{"p":1}}'`,
    ],
    ['$.x', 'SecondsPath', 'The SecondsPath parameter does not reference an input value: $.x'],
    [
      '$.x',
      'item.$',
      `The JSONPath '$.x' specified for the field 'item.$' could not be found in the input '{"a":[1],"o":{"p":1}}'`,
    ],
    [
      '$$.Nothing',
      'item.$',
      `The JSONPath '$$.Nothing' specified for the field 'item.$' could not be found in the input '{"Execution":{"Input":{"a":[1],"o":{"p":1}},"Name":"run"},"State":{"Name":"S"}}'`,
    ],
  ])('%s in %s', (text, field, reason) => {
    const failure = failureOf(() =>
      compilePath(text, undefined, field).evaluate(scopeOf({ a: [1], o: { p: 1 } })),
    );
    expect(failure).toMatchObject({ error: 'States.Runtime', reason });
  });
});

it.each([
  ['$.a', 'InputPath'],
  ['$', 'item.$'],
  ['$.a', 'item.$'],
  ['$[*]', 'item.$'],
])('%s over nothing at all says so in %s', (text, field) => {
  const failure = failureOf(() => compilePath(text, undefined, field).evaluate(scopeOf(null)));
  expect(failure.reason).toBe('Unable to apply Path transformation to null or empty input.');
});

describe('a path that is wrong is refused with its column', () => {
  it.each([
    ['', 1],
    ['a.b', 1],
    ['$.', 3],
    ['$...', 4],
    ['$.a.', 5],
    ['$.a b', 4],
    ['$.a[', 5],
    ['$.a[x]', 5],
    ["$.a['b", 5],
    ['$.a[1', 6],
    ['$.a[1:2:0]', 9],
    ['$.a[?(@.b ==)]', 13],
    ['$.a[?(@.b ~ 1)]', 11],
    ['$.a[?(1)]', 7],
    ['$.a[?(@.b =~ x)]', 14],
    ['$.a[?(@.b =~ /x)]', 14],
    ['$.a[?(@.b == 1e999)]', 14],
    ['$.a[(@.size-1)]', 6],
    ['$.a[(@.length+1)]', 14],
    ['$.a[(@.length-1]', 16],
    ['$.a[?(@.b', 10],
    ['$.a.length(1)', 12],
    ['$1a', 2],
  ])('%s', (text, column) => {
    const error = refusalOf(() => compilePath(text));
    expect(error).toMatchObject({ code: 'INVALID_EXPRESSION', place: { column } });
    expect(error.message).toContain(`column ${column}:`);
  });
});
