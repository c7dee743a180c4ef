// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of the language
import { describe, expect, it } from 'vitest';
import { compileDefinition } from '../../../src/compilers/index.ts';
import { LIMITS } from '../../../src/model/limits.ts';

const diagnose = (definition: unknown) =>
  compileDefinition('dag', definition, { limits: LIMITS }).diagnostics;
const codes = (definition: unknown) => diagnose(definition).map(({ code, pointer }) => `${code} ${pointer}`);

describe('what is wrong with a DAG is told in one go', () => {
  it('faults of the schema, of names, of expressions and a cycle together, each with its line', () => {
    const text = `
tasks:
  a: { needs: [b, nosuch], value: 2, tiemout: 3s }
  b: { needs: [a], value: "\${ results.cc.x + nope }" }
  c: { value: "\${ results.b }" }
  dee: { value: "\${ item } \${ 1 + }", rule: one_succes }
output: "\${ results.de }"
`;
    const found = diagnose(text);
    expect(found.map(({ code, line }) => [code, line])).toEqual([
      ['UNKNOWN_FIELD', 3],
      ['UNKNOWN_VALUE', 6],
      ['DAG_UNKNOWN_TASK', 3],
      ['DAG_CYCLE', 4],
      ['INVALID_EXPRESSION', 4],
      ['DAG_UNKNOWN_RESULT', 4],
      ['DAG_RESULT_NOT_UPSTREAM', 5],
      ['INVALID_EXPRESSION', 6],
      ['DAG_UNKNOWN_RESULT', 7],
    ]);
    expect(found.at(-1)).toMatchObject({ suggestion: 'dee', pointer: '/output' });
    expect(found.find(({ code }) => code === 'DAG_CYCLE')!.message).toContain('b -> a -> b');
  });

  it.each([
    ['two actions', { tasks: { a: { value: 1, wait: '1s' } } }, 'DAG_TWO_ACTIONS /tasks/a/value'],
    ['no tasks', { tasks: {} }, 'DAG_EMPTY /tasks'],
    ['a task that needs itself', { tasks: { a: { needs: 'a' } } }, 'DAG_CYCLE /tasks/a/needs'],
    [
      'item without forEach',
      { tasks: { a: { value: '${ item }' } } },
      'DAG_ITEM_OUTSIDE_FOREACH /tasks/a/value',
    ],
    [
      'concurrency without forEach',
      { tasks: { a: { concurrency: 2 } } },
      'DAG_CONCURRENCY_WITHOUT_FOREACH /tasks/a/concurrency',
    ],
    ['forEach and zip', { tasks: { a: { forEach: [1], zip: { x: [1] } } } }, 'DAG_TWO_MAPPINGS /tasks/a/zip'],
    [
      'a branch that nothing follows',
      { tasks: { a: { branch: true } } },
      'DAG_DECISION_WITHOUT_DOWNSTREAM /tasks/a/branch',
    ],
    [
      'a branch and a short circuit',
      { tasks: { a: { branch: true, shortCircuit: true }, b: { needs: 'a' } } },
      'DAG_TWO_DECISIONS /tasks/a/shortCircuit',
    ],
    [
      'a mapped branch',
      { tasks: { a: { branch: true, forEach: [1] }, b: { needs: 'a' } } },
      'DAG_DECISION_MAPPED /tasks/a/forEach',
    ],
    [
      'a teardown with a rule',
      { tasks: { a: { teardown: true, rule: 'all_done' } } },
      'DAG_RULE_NOT_ALLOWED /tasks/a/rule',
    ],
    [
      'a setup followed by another rule',
      { tasks: { s: { setup: true }, a: { needs: 's', rule: 'all_done' } } },
      'DAG_RULE_NOT_ALLOWED /tasks/a/rule',
    ],
    [
      'always over a list of a task',
      { tasks: { s: { value: [1] }, a: { needs: 's', forEach: '${ results.s }', rule: 'always' } } },
      'DAG_RULE_NOT_ALLOWED /tasks/a/rule',
    ],
    ['failsRun of no teardown', { tasks: { a: { failsRun: true } } }, 'DAG_FAILS_RUN /tasks/a/failsRun'],
    [
      'forEach in a mapped group',
      { groups: { g: { forEach: [1], tasks: { a: { forEach: [1] } } } } },
      'DAG_NESTED_FOREACH /groups/g/tasks/a/forEach',
    ],
    [
      'a mapped group that needs another',
      {
        groups: {
          g: { forEach: [1], tasks: { a: {} } },
          h: { forEach: [1], tasks: { b: { needs: 'g.a' } } },
        },
      },
      'DAG_ACROSS_GROUPS /groups/h/tasks/b/needs',
    ],
    ['a name given twice', { tasks: { a: {} }, onFailure: { a: {} } }, 'DAG_DUPLICATE /onFailure/a'],
    [
      'a task that needs one of onFailure',
      { tasks: { a: { needs: 'h' } }, onFailure: { h: {} } },
      'DAG_ACROSS_ON_FAILURE /tasks/a/needs',
    ],
    ['a wrong duration', { tasks: { a: { wait: '5 minutes' } } }, 'WRONG_FORMAT /tasks/a/wait'],
    [
      'its own result',
      { tasks: { a: { value: '${ results.a }' } } },
      'DAG_RESULT_NOT_UPSTREAM /tasks/a/value',
    ],
  ])('%s', (_what, definition, expected) => {
    expect(codes(definition)).toEqual([expected]);
  });

  it('results of grouped tasks are read by their full name, and the message says how', () => {
    const definition = {
      tasks: { a: { needs: 'g', value: '${ results.g.t }' } },
      groups: { g: { tasks: { t: {} } } },
    };
    expect(diagnose(definition)[0]).toMatchObject({
      code: 'DAG_UNKNOWN_RESULT',
      suggestion: 'results["g.t"]',
    });
  });

  it('a near name is suggested', () => {
    expect(diagnose({ tasks: { split: {}, count: { needs: 'spilt' } } })[0]).toMatchObject({
      suggestion: 'split',
    });
  });
});

describe('definitions from strangers', () => {
  const tasks = (count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, i) => [
        `t${i}`,
        i === 0 ? {} : { needs: `t${i - 1}`, value: `\${ results.t${i - 1} }` },
      ]),
    );

  it('10,000 tasks are refused by the limit', () => {
    expect(diagnose({ tasks: tasks(10_000) })).toMatchObject([{ code: 'LIMIT_EXCEEDED', pointer: '/tasks' }]);
  });

  it('a chain of 5,000 tasks compiles without overflowing the stack; so is a cycle of as many told', () => {
    expect(codes({ tasks: tasks(5_000) })).toEqual([]);
    expect(codes({ tasks: { ...tasks(5_000), t0: { needs: 't4999' } } })).toContain(
      'DAG_CYCLE /tasks/t1/needs',
    );
  });

  it.each([
    ['text that is no YAML', 'tasks: [', 'INVALID_YAML'],
    ['a key given twice', 'tasks:\n  a: {}\n  a: {}', 'INVALID_YAML'],
    ['broken JSON', '{"tasks": {"a": {}}', 'INVALID_JSON'],
    ['__proto__ in YAML', 'tasks:\n  __proto__: {}', 'UNSAFE_KEY'],
    ['__proto__ in JSON', '{"tasks": {"__proto__": {}}}', 'UNSAFE_KEY'],
    ['deep brackets', `tasks: ${'['.repeat(100_000)}`, 'NESTING_TOO_DEEP'],
    ['deep sequences', '- '.repeat(100_000), 'NESTING_TOO_DEEP'],
    [
      'deep mappings',
      Array.from({ length: 2_000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
      'NESTING_TOO_DEEP',
    ],
    [
      'a bomb of aliases',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
        .split('')
        .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`)
        .join('\n')}\ntasks: *i`,
      'INVALID_YAML',
    ],
    ['nothing', '', 'WRONG_TYPE'],
    ['a list', '[]', 'WRONG_TYPE'],
  ])('%s is a diagnostic with a code', (_what, text, code) => {
    expect(diagnose(text).map((each) => each.code)).toContain(code);
  });

  it('an unknown format names those there are', () => {
    expect(compileDefinition('dagg', {}, { limits: LIMITS }).diagnostics[0]).toMatchObject({
      code: 'UNSUPPORTED_FORMAT',
      suggestion: 'dag',
    });
  });
});
