import { describe, expect, it } from 'vitest';
import {
  activityArn,
  aliasArn,
  DEFAULT_ARN_SCOPE,
  executionArn,
  executionNameOf,
  expressArn,
  expressRun,
  mapRunArn,
  parseStepFunctionsArn,
  stateMachineArn,
  versionArn,
} from '../../src/model/step-functions-arns.ts';

const scope = DEFAULT_ARN_SCOPE;
const here = 'arn:aws:states:us-east-1:123456789012';

describe('ARNs of Step Functions', () => {
  it.each([
    [
      stateMachineArn(scope, 'it.x27s'),
      `${here}:stateMachine:it's`,
      { kind: 'stateMachine', machine: "it's" },
    ],
    [
      stateMachineArn(scope, 'm', 'L'),
      `${here}:stateMachine:m/L`,
      { kind: 'stateMachine', machine: 'm', label: 'L' },
    ],
    [versionArn(scope, 'm', 3), `${here}:stateMachine:m:3`, { kind: 'version', machine: 'm', version: 3 }],
    [
      aliasArn(scope, 'm', 'PROD'),
      `${here}:stateMachine:m:PROD`,
      { kind: 'alias', machine: 'm', alias: 'PROD' },
    ],
    [
      executionArn(scope, 'm', 'r:1'),
      `${here}:execution:m:r:1`,
      { kind: 'execution', machine: 'm', execution: 'r:1' },
    ],
    [
      executionArn(scope, 'm', 'c', 'L'),
      `${here}:execution:m/L:c`,
      { kind: 'execution', machine: 'm', label: 'L', execution: 'c' },
    ],
    [
      expressArn(scope, 'm', expressRun('n', 'id')),
      `${here}:express:m:n:id`,
      { kind: 'express', machine: 'm', execution: 'n:id' },
    ],
    [
      mapRunArn(scope, 'm', 'L', 'id'),
      `${here}:mapRun:m/L:id`,
      { kind: 'mapRun', machine: 'm', label: 'L', mapRun: 'id' },
    ],
    [activityArn(scope, 'a'), `${here}:activity:a`, { kind: 'activity', activity: 'a' }],
  ])('%s', (made, text, parts) => {
    expect(made).toBe(text);
    expect(parseStepFunctionsArn(text)).toEqual({ scope, ...parts });
  });

  it.each([
    'x',
    'arn:aws:lambda:us-east-1:123456789012:function:f',
    'arn:aws:states:us-east-1:1234:stateMachine:m',
    `${here}:stateMachine:`,
    `${here}:stateMachine:m:`,
    `${here}:stateMachine:m/`,
    `${here}:execution:m`,
    `${here}:activity:a:b`,
    `${here}:mapRun:m:id`,
  ])('%s is none', (text) => {
    expect(parseStepFunctionsArn(text)).toBeUndefined();
  });

  it('name an express execution without its own id', () => {
    expect(executionNameOf('n:id', 'EXPRESS')).toBe('n');
    expect(executionNameOf('a:b', 'STANDARD')).toBe('a:b');
  });
});
