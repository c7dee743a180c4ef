// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the templates of the language, not of the program.
import { describe, expect, it } from 'vitest';
import { compileTemplate } from '../../src/expressions/index.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { errorOf } from './evaluate.ts';

const scope = {
  event: { type: 'part.done', data: { x: 5, name: 'Ann', list: [1, { a: 'b' }], none: null, yes: true } },
};

describe('a template string', () => {
  it.each([
    ['that is one expression keeps the type of the value', '${event.data.x}', 5],
    ['keeps lists', '${ event.data.list }', [1, { a: 'b' }]],
    ['keeps null', '${event.data.none}', null],
    ['with other text interpolates strings as they are', 'Hello ${event.data.name}!', 'Hello Ann!'],
    ['and numbers and bools as JSON', '${event.data.x}/${event.data.yes}', '5/true'],
    ['and null as JSON', 'is ${event.data.none}', 'is null'],
    ['and lists and maps as compact JSON', 'got ${event.data.list}', 'got [1,{"a":"b"}]'],
    ['space around an expression makes it text', ' ${event.data.x}', ' 5'],
    ['has $${ for a literal ${', 'write $${x} or ${event.data.x}', 'write ${x} or 5'],
    ['may be nothing but an escape', '$${x}', '${x}'],
    ['may hold a } in a string', '${\'}\' + event.data.name + "}"}', '}Ann}'],
    ['may hold a } in a raw and a triple-quoted string', `\${r'}' + '''}'}''' + "\\"}"}.`, `}}'}"}.`],
    ['may hold a map', "${{'a': {'b': event.data.x}}}", { a: { b: 5 } }],
    ['may hold a map among text', "<${{'a': {'b': event.data.x}}}>", '<{"a":{"b":5}}>'],
    ['keeps other dollars and braces', '$5 {x} $ } $', '$5 {x} $ } $'],
    ['keeps a dollar beside an expression', '$ ${event.data.x}$', '$ 5$'],
    ['takes times as text', "${timestamp('2026-01-01T00:00:00Z')}", '2026-01-01T00:00:00Z'],
    ['takes times among text', "at ${timestamp('2026-01-01T00:00:00Z')}", 'at 2026-01-01T00:00:00Z'],
  ])('%s', (_, template, expected) => {
    expect(compileTemplate(template).evaluate(scope)).toEqual(expected);
  });
});

describe('a template', () => {
  it('is filled in at every depth', () => {
    const template = compileTemplate({ a: ['${event.data.x}', { b: 'x${event.data.x}' }], c: 1, d: null });
    expect(template.evaluate(scope)).toEqual({ a: [5, { b: 'x5' }], c: 1, d: null });
    expect(template.constant).toBe(false);
    expect(template.references).toEqual(['event']);
    expect(template.paths).toEqual([['event', 'data', 'x']]);
  });

  it('shares the parts without expressions', () => {
    const value = { fixed: { large: [1, 2] }, x: '${event.data.x}' };
    const template = compileTemplate(value);
    expect((template.evaluate(scope) as typeof value).fixed).toBe(value.fixed);
  });

  it('without expressions is the value itself', () => {
    const value = { a: [1, 'x'] };
    const template = compileTemplate(value);
    expect(template.constant).toBe(true);
    expect(template.evaluate({})).toBe(value);
  });

  it('with nothing but escapes is constant', () => {
    const template = compileTemplate({ a: ['$${x}'] });
    expect(template.constant).toBe(true);
    expect(template.evaluate({})).toEqual({ a: ['${x}'] });
  });

  it('leaves its keys alone', () => {
    expect(compileTemplate({ '${a}': '${event.data.x}' }).evaluate(scope)).toEqual({ '${a}': 5 });
  });

  it('names the string at fault by a pointer', () => {
    const error = errorOf(() => compileTemplate({ body: { 'a/b': ['${1 +}'] } }, { pointer: '/actions/0' }));
    expect(error.code).toBe('INVALID_EXPRESSION');
    expect(error.place).toEqual({ pointer: '/actions/0/body/a~1b/0' });
  });

  it.each(['${', 'a ${event.x', "${'}", '${}', '${a}${', '${a b}'])('refuses %s', (text) => {
    expect(errorOf(() => compileTemplate(text)).code).toBe('INVALID_EXPRESSION');
  });

  it('refuses an expression nested too deeply like any other', () => {
    const error = errorOf(() => compileTemplate([`a \${${'('.repeat(1_000)}`]));
    expect(error.code).toBe('LIMIT_EXCEEDED');
    expect(error.details).toMatchObject({ limit: 'expressionDepth' });
    expect(error.place).toEqual({ pointer: '/0' });
  });

  it('names the expression that has no value', () => {
    const error = errorOf(() => compileTemplate({ a: 'x ${event.data.gone} y' }).evaluate(scope));
    expect(error.code).toBe('INVALID_EXPRESSION');
    expect(error.message).toContain('"event.data.gone"');
  });

  it('bounds what all its expressions write together', () => {
    const limits = { ...LIMITS, expressionResult: 1_000 };
    const template = compileTemplate(
      Array.from({ length: 20 }, () => '${text}'),
      { limits },
    );
    expect(errorOf(() => template.evaluate({ text: 'a'.repeat(100) })).code).toBe('EXPRESSION_LIMIT');
  });

  it('refuses an unsafe key where it has to copy', () => {
    const value = JSON.parse('{"__proto__": {"a": 1}, "x": "${event.data.x}"}');
    expect(errorOf(() => compileTemplate(value)).code).toBe('UNSAFE_KEY');
  });

  it('refuses nesting beyond the limit', () => {
    let value: unknown = '${event.data.x}';
    for (let i = 0; i < 10_000; i++) value = [value];
    expect(errorOf(() => compileTemplate(value)).code).toBe('NESTING_TOO_DEEP');
  });
});
