import type { StepFunctionsOptions } from '../frontend/index.ts';
import { engine, formed, integer, list } from './setting.ts';

/** Settings of the Step Functions API. */
export const STEP_FUNCTIONS_SETTINGS = {
  stepFunctionsPath: engine(
    formed(/^\/(?:[\w.~-]+(?:\/[\w.~-]+)*)?$/, 'a path such as `/` or `/step-functions`'),
    '/',
    'Where the front end answers clients of AWS Step Functions.',
  ),
  awsRegion: engine(
    formed(/^[a-z0-9-]{1,32}$/, 'the name of a region, such as `us-east-1`'),
    'us-east-1',
    'Region in the ARNs of state machines, executions and activities. The same in all processes.',
  ),
  awsAccount: engine(
    formed(/^\d{12}$/, 'twelve digits'),
    '123456789012',
    'Account in those ARNs. The same in all processes.',
  ),
  awsKeys: {
    ...engine(
      list,
      [],
      'Pairs of keys that requests to the Step Functions API are signed with: `ACCESS_KEY:SECRET` or `ACCESS_KEY:SECRET:scope+scope`. None: it takes what the rest of the front end takes.',
    ),
    secret: true,
  },
  activityPollMs: engine(integer(0, 60_000), 60_000, 'Milliseconds that GetActivityTask waits for a task.'),
} as const;

/** What the front end makes of them. */
export function stepFunctionsOf(values: {
  readonly stepFunctionsPath: string;
  readonly awsRegion: string;
  readonly awsAccount: string;
  readonly awsKeys: readonly string[];
  readonly activityPollMs: number;
}): StepFunctionsOptions {
  const { stepFunctionsPath, awsRegion, awsAccount, awsKeys, activityPollMs } = values;
  return { path: stepFunctionsPath, region: awsRegion, account: awsAccount, keys: awsKeys, activityPollMs };
}
