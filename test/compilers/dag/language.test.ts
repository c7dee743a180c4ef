// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of the language
import { describe, expect, it } from 'vitest';
import { compileDefinition } from '../../../src/compilers/index.ts';
import { LIMITS } from '../../../src/model/limits.ts';
import { type Behaviour, type DriveOptions, Driver, START } from '../../engine/drive.ts';

/** Functions answer their input; one whose name is a failure's code fails with it. */
const echo: Behaviour = (effect) => {
  const { name, input } = effect.request as { name: string; input: unknown };
  if (name === 'fail') return { failure: { code: 'Boom', message: 'no luck', retryable: true } };
  return { result: input };
};

function run(text: string, options: DriveOptions = {}) {
  const { triggers, diagnostics } = compileDefinition('dag', text, { limits: LIMITS });
  expect(diagnostics).toEqual([]);
  return new Driver(triggers!, { behaviour: echo, ...options }).start().finish();
}

describe('tasks of a DAG', () => {
  it('a chain hands results on by templates over input and results, and gives an output', () => {
    const { result } = run(
      'tasks:\n  a: { function: { name: f, input: "${ input.n + 1 }" } }\n  b: { needs: a, value: { twice: "${ results.a * 2 }" } }\noutput: "${ results.b }"',
      { input: { n: 2 } },
    );
    expect(result).toEqual({ status: 'SUCCEEDED', output: { twice: 6 } });
  });

  it('forEach runs one instance per element and gives results in the order of indices', () => {
    const driver = run(
      'tasks:\n  a: { forEach: "${ input }", function: { name: f, input: "${ item * 10 + index }" } }\noutput: "${ results.a }"',
      { input: [3, 1, 2], choose: (count) => count - 1 },
    );
    expect(driver.run.output).toEqual([30, 11, 22]);
  });

  it('forEach opens no more scopes than concurrency allows', () => {
    let most = 0;
    const driver = run('tasks:\n  a: { forEach: "${ input }", concurrency: 2, function: f }', {
      input: [1, 2, 3, 4, 5],
      between: ({ run: { scopes } }) => {
        most = Math.max(most, scopes?.size ?? 0);
      },
    });
    expect([driver.effects.length, most]).toEqual([5, 2]);
  });

  it('several lists make each combination; zip goes as far as the shortest', () => {
    const lists = '{ x: "${ input }", y: [a, b] }';
    const of = (key: string) =>
      run(`tasks:\n  a: { ${key}: ${lists}, value: "\${ item.x + item.y }" }\noutput: "\${ results.a }"`, {
        input: ['1', '2', '3'],
      }).run.output;
    expect(of('forEach')).toEqual(['1a', '1b', '2a', '2b', '3a', '3b']);
    expect(of('zip')).toEqual(['1a', '2b']);
  });

  it('an object is mapped over by its pairs of key and value; anything else fails the task that gave it', () => {
    const text =
      'tasks:\n  a: { value: "${ input }" }\n  b: { needs: a, forEach: "${ results.a }", value: "${ item[0] + item[1] }" }\noutput: "${ results.b }"';
    expect(run(text, { input: { x: '1', y: '2' } }).run.output).toEqual(['x1', 'y2']);
    expect(run(text, { input: 7 }).run.cause).toMatchObject({ failed: [{ task: 'a', error: 'NotAList' }] });
  });

  it('a mapped setup counts by its instances for tasks further down', () => {
    const text =
      'tasks:\n  s: { setup: true, forEach: [1, 2], function: f }\n  a: { needs: s }\n  b: { needs: a, rule: all_done, value: ran }\n  c: { needs: b, rule: all_done, value: "${ has(results.b) }" }\n  t: { needs: b, teardown: s }\noutput: "${ results.c }"';
    const fails =
      (scope: string): Behaviour =>
      (effect) =>
        effect.scope === scope ? { failure: {} } : { result: 1 };
    expect(run(text, { behaviour: fails('') }).run.output).toBe(true);
    const failed = run(text, { behaviour: fails('s[1]') });
    expect(failed.events.filter(({ subject }) => subject === 'b').map(({ type }) => type)).toEqual([
      'dev.tidegate.task.upstream_failed',
    ]);
  });

  it('a failing call is retried as its policy says, each attempt under an id of its own, then fails the run', () => {
    const driver = run(
      'tasks:\n  a: { function: fail, retry: { maxAttempts: 3, interval: 2s, backoffRate: 3 } }',
    );
    expect(driver.result).toMatchObject({
      status: 'FAILED',
      error: 'RUN_FAILED',
      cause: { failed: [{ task: 'a', error: 'Boom', cause: 'no luck' }] },
    });
    expect(driver.now - START).toBe(8_000);
    expect(new Set(driver.effects.map(({ id }) => id)).size).toBe(3);
  });

  it('defaults are for every task that does not say otherwise', () => {
    const { triggers } = compileDefinition(
      'dag',
      'defaults: { timeout: 5s, retry: { maxAttempts: 2 } }\ntasks:\n  a: { function: f }\n  b: { function: f, timeout: PT1M }',
      { limits: LIMITS },
    );
    const actions = triggers!.triggers
      .slice(0, 2)
      .map(({ actions }) => (actions as Record<string, unknown[]>)['fire']![0]);
    expect(actions).toMatchObject([
      { timeoutMs: 5000, retry: { maxAttempts: 2 } },
      { timeoutMs: 60_000, retry: { maxAttempts: 2 } },
    ]);
  });

  it('wait ends when its time has come', () => {
    const driver = run('tasks:\n  a: { wait: 1h }\n  b: { needs: a, wait: { until: "${ input }" } }', {
      input: '2026-01-01T03:00:00Z',
    });
    expect([driver.now - START, driver.run.status]).toEqual([3 * 3_600_000, 'SUCCEEDED']);
  });

  it('skipWhen skips a task by its result; the error TaskSkipped does it from inside', () => {
    const text =
      'tasks:\n  a: { function: { name: f, input: 7 }, skipWhen: "result > 5" }\n  b: { function: TaskSkipped, retry: { maxAttempts: 5, errors: ["*"] } }\n  c: { needs: [a, b], rule: all_skipped, value: yes }\noutput: "${ results.c }"';
    const driver = run(text, {
      behaviour: (effect) =>
        (effect.request as { name: string }).name === 'f'
          ? { result: 7 }
          : { failure: { code: 'TaskSkipped', retryable: true } },
    });
    expect([driver.run.output, driver.effects.length]).toEqual(['yes', 2]);
  });

  it('an expression that fails at run time fails its task, not the engine', () => {
    const driver = run(
      'tasks:\n  a: { value: { x: 1 } }\n  b: { needs: a, value: "${ results.a.y }" }\n  c: { needs: b, rule: one_failed, value: 1 }\noutput: "${ results.c }"',
    );
    expect([driver.run.status, driver.run.output, driver.out.deadLetters]).toEqual(['SUCCEEDED', 1, []]);
  });

  it('the tasks of onFailure run when the run has failed, see what failed, and then it ends failed', () => {
    const driver = run(
      'tasks:\n  a: { function: fail }\n  b: { needs: a }\nonFailure:\n  tell: { function: { name: tell, input: "${ vars.failures[0].task }" } }\n  log: { needs: tell, function: { name: log, input: "${ results.tell }" } }',
    );
    expect(driver.effects.map(({ request }) => request)).toEqual([
      { name: 'fail', input: null },
      { name: 'tell', input: 'a' },
      { name: 'log', input: 'a' },
    ]);
    expect(driver.run.status).toBe('FAILED');
  });

  it('onFailure stays quiet when all is well', () => {
    expect(run('tasks:\n  a: {}\nonFailure:\n  tell: { function: f }').effects).toEqual([]);
  });

  it('a run that takes longer than its timeout is TIMED_OUT', () => {
    expect(run('timeout: 1m\ntasks:\n  a: { wait: 1h }').result).toMatchObject({ status: 'TIMED_OUT' });
  });

  it('a group may be needed as a whole, and needs for its first tasks', () => {
    const driver = run(
      'tasks:\n  start: { value: 1 }\n  last: { needs: g, value: "${ results[\\"g.b\\"] + results[\\"g.c\\"] }" }\ngroups:\n  g: { needs: start, tasks: { a: { value: "${ results.start }" }, b: { needs: a, value: 2 }, c: { needs: a, value: 3 } } }\noutput: "${ results.last }"',
    );
    expect(driver.run.output).toBe(5);
  });

  it('a branch may choose a group, an expression, or nothing', () => {
    const text = (choose: string) =>
      `tasks:\n  pick: { branch: ${choose} }\n  a: { needs: pick, value: a }\n  j: { needs: [a, g], rule: none_failed, value: "\${ [has(results.a), has(results['g.x'])] }" }\ngroups:\n  g: { needs: pick, tasks: { x: { value: x } } }\noutput: "\${ results.j }"`;
    expect(run(text('\'"g"\'')).run.output).toEqual([false, true]);
    expect(run(text("\"input ? ['a', 'g'] : null\""), { input: true }).run.output).toEqual([true, true]);
    expect(run(text('"null"')).run.output).toEqual([false, false]);
  });

  it('a branch that names something else fails, saying what there was', () => {
    const { cause } = run('tasks:\n  p: { value: nosuch, branch: true }\n  a: { needs: p }').result;
    expect(cause).toMatchObject({ failed: [{ task: 'p', error: 'BranchUnknownTask' }] });
    expect(JSON.stringify(cause)).toContain('nosuch');
  });

  it('in a mapped group each index branches for itself', () => {
    const driver = run(
      'groups:\n  g:\n    forEach: [1, 2]\n    tasks:\n      p: { branch: "item == 1 ? \'a\' : \'b\'" }\n      a: { needs: p, value: "a${ item }" }\n      b: { needs: p, value: "b${ item }" }\noutput: "${ results[\\"g.a\\"] + results[\\"g.b\\"] }"',
    );
    expect(driver.run.output).toEqual(['a1', 'b2']);
  });

  it('a mapped group over a failing list leaves its tasks upstream_failed as a whole', () => {
    const driver = run(
      'tasks:\n  make: { function: fail }\n  after: { needs: g, rule: all_done, value: "${ results[\\"g.a\\"] }" }\ngroups:\n  g: { needs: make, forEach: "${ results.make }", tasks: { a: {} } }\noutput: "${ results.after }"',
    );
    expect(driver.result).toMatchObject({ status: 'SUCCEEDED', output: [] });
  });
});
