import { describe, expect, it } from 'vitest';
import {
  compileQuery,
  compileTrace,
  type JsonPathQuery,
  type QueryEnvironment,
} from '../../src/expressions/index.ts';
import { LIMITS } from '../../src/model/limits.ts';

const environment: QueryEnvironment = {
  event: {
    specversion: '1.0',
    id: '1',
    source: '/test',
    type: 'dev.tidegate.state.entered',
    data: { order: { id: 7 } },
  },
  context: {},
  run: { id: 'r', workflow: 'w', input: null, labels: {}, startedAt: 0 },
  vars: {},
  item: null,
  index: null,
  now: 0,
  state: null,
};

const query: JsonPathQuery = {
  language: 'JSONPath',
  from: 'input',
  steps: [
    { select: '$.order', field: 'InputPath' },
    { build: { 'number.$': '$.id' }, field: 'Parameters' },
    { put: '$.done', field: 'ResultPath' },
  ],
};

describe('a query told step by step', () => {
  it('gives what each step gives; the last is the value of the query', () => {
    expect(compileTrace(query, LIMITS)(environment)).toEqual([
      { field: 'InputPath', value: { id: 7 } },
      { field: 'Parameters', value: { number: 7 } },
      { field: 'ResultPath', value: { order: { id: 7 }, done: { number: 7 } } },
    ]);
    expect(compileQuery(query, LIMITS)(environment)).toEqual({ order: { id: 7 }, done: { number: 7 } });
  });

  it('ends before the step that fails', () => {
    const failing = {
      ...query,
      steps: [query.steps[0]!, { select: '$.nothing', field: 'OutputPath' }, query.steps[2]!],
    };
    expect(compileTrace(failing, LIMITS)(environment)).toEqual([{ field: 'InputPath', value: { id: 7 } }]);
  });
});

describe('a context object that is given', () => {
  const read = (index: number | null) =>
    compileQuery(
      {
        language: 'JSONPath',
        from: 'input',
        steps: [{ select: '$$', field: 'InputPath' }],
        contextObject: { State: { Name: 'Mine' } },
      },
      LIMITS,
    )({ ...environment, index, item: 'x' });

  it('stands for the one made from the run', () => {
    expect(read(null)).toEqual({ State: { Name: 'Mine' } });
  });

  it('gets the item that is being done', () => {
    const item = { Index: 2, Value: 'x', Source: 'STATE_DATA' };
    expect(read(2)).toEqual({ State: { Name: 'Mine' }, Map: { Item: item } });
  });
});
