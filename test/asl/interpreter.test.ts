import { describe, expect, test } from 'vitest';
import type { StateMachine } from '../../src/compilers/asl/model.ts';
import { CATEGORIES, casesOf } from './corpus-cases.ts';
import { judge } from './corpus-judge.ts';
import { interpret } from './interpreter/index.ts';
import { lambdaWorld } from './lambda-world.ts';

/** Their tasks are not functions, or their items come from elsewhere. */
const OUTSIDE = ['mocked_integrations', 'map_item_reader_s3'];

describe('the interpreter of the tests ends as the service did', () => {
  test.each(CATEGORIES.filter((category) => !OUTSIDE.includes(category)))('%s', (category) => {
    const wrong = casesOf(category).flatMap((each) => {
      if (each.s3 !== undefined) return [];
      const ends = interpret(each.definition as StateMachine, each.input, lambdaWorld(each.lambda ?? {}));
      const verdicts = ends.map((end) => judge(each, end).result);
      return verdicts.every((line) => line === '') ? [] : [`${each.id}: ${verdicts.join(' or ')}`];
    });
    expect(wrong).toEqual([]);
  });
});
