// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of the language
import { describe, expect, it } from 'vitest';
import { compileCondition } from '../../src/conditions/index.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { errorOf } from '../expressions/evaluate.ts';
import { Observed } from './observed.ts';

const HOT = { type: 'expression', expression: 'event.data.degrees > 80' } as const;
const degrees = (observed: Observed, ...values: unknown[]) => {
  for (const value of values) observed.send('a', 's', { data: { degrees: value } });
  return observed;
};

describe('an expression', () => {
  it('fires each time it holds', () => {
    expect(degrees(new Observed(HOT), 70, 90, 80, 100).count).toBe(2);
  });

  it('with `reset: never` fires once', () => {
    expect(degrees(new Observed({ ...HOT, reset: 'never' }), 90, 90).count).toBe(1);
  });

  it('names the outcome by a string, and waits by false or null', () => {
    const condition = {
      type: 'expression',
      expression: 'event.data.degrees > 80 ? "hot" : event.data.degrees < 0 ? "cold" : null',
    } as const;
    const observed = degrees(new Observed(condition, { outcomes: ['hot', 'cold'] }), 90, 20, -1);
    expect(observed.names).toEqual(['hot', 'cold']);
  });

  it('an outcome without actions changes nothing and is no firing', () => {
    const observed = new Observed({ type: 'expression', expression: '"nobody"' }, { outcomes: ['hot'] });
    expect(degrees(observed, 1).context?.activation).toBe(0);
  });

  it('reads what `update` wrote, all of it computed from the context before', () => {
    const observed = new Observed(
      {
        type: 'expression',
        update: { sum: 'context.sum + event.data.degrees', before: 'context.sum' },
        expression: 'context.sum >= 100',
      },
      { trigger: { context: { sum: 0 } }, show: { sum: '${context.sum}', before: '${context.before}' } },
    );
    degrees(observed, 40, 50, 30, 1);
    expect(observed.outcomes.map(({ shown }) => shown)).toEqual([
      { sum: 120, before: 90 },
      { sum: 121, before: 120 },
    ]);
  });

  it('with `reset: on-fire` begins again with the first values', () => {
    const observed = new Observed(
      {
        type: 'expression',
        update: { sum: 'context.sum + event.data.degrees' },
        expression: 'context.sum >= 100',
        reset: 'on-fire',
      },
      { trigger: { context: { sum: 10 } } },
    );
    expect(degrees(observed, 90, 89, 1).count).toBe(2);
    expect(observed.context?.values).toEqual({ sum: 10 });
  });

  it.each(['1', '""', '[true]', 'event.data.nothing', '"a" + 1'])(
    'that gives %s makes the event a dead letter and leaves the context as it was',
    (expression) => {
      const observed = new Observed(
        { type: 'expression', expression, update: { n: 'context.n + 1', fresh: 'true' } },
        { trigger: { context: { n: 1 } } },
      );
      degrees(observed, 1);
      expect(observed.deadLetters).toMatchObject([{ reason: 'CONDITION_FAILED', event: { type: 'a' } }]);
      expect(observed.context?.values).toEqual({ n: 1 });
    },
  );

  it('sees the run and its input', () => {
    const observed = new Observed(
      { type: 'expression', expression: 'run.input.limit < event.data.degrees && run.workflow == "w"' },
      { input: { limit: 50 } },
    );
    expect(degrees(observed, 49, 51).count).toBe(1);
  });

  it('that cannot be read is refused when the trigger is compiled', () => {
    const error = errorOf(() => compileCondition({ type: 'expression', expression: 'event.(' }, LIMITS));
    expect(error.code).toBe('INVALID_EXPRESSION');
  });
});

describe('what a failing condition does', () => {
  const failing = { type: 'expression', expression: 'event.data.nothing' } as const;

  it('with actions for the outcome `error` is handled by them, who see the error', () => {
    const observed = new Observed(failing, {
      outcomes: ['error'],
      show: { code: '${error.code}', message: '${error.message}' },
    });
    expect(degrees(observed, 1).shown).toMatchObject({ code: 'INVALID_EXPRESSION' });
    expect(observed.deadLetters).toEqual([]);
  });

  it('with `onError: fail` fails the run', () => {
    const observed = degrees(new Observed(failing, { trigger: { onError: 'fail' } }), 1);
    expect(observed.driver.result).toMatchObject({ status: 'FAILED', error: 'INVALID_EXPRESSION' });
  });

  it('does not keep the event from other triggers', () => {
    const observed = degrees(new Observed(failing), 1);
    expect(observed.driver.run.status).toBe('RUNNING');
    expect(observed.deadLetters).toHaveLength(1);
  });
});
