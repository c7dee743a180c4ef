import { splitRunKey } from '../../model/run.ts';
import { DEFAULT_ARN_SCOPE, executionArn, stateMachineArn } from '../../model/step-functions-arns.ts';
import { EffectError } from '../action.ts';
import { argumentsOf, type Integration } from './integration.ts';
import { optimized } from './optimized.ts';

const putEvents = optimized(
  {
    service: 'eventbridge',
    names: {
      prefix: 'EventBridge',
      service: 'AmazonEventBridge',
      standard: 'AmazonEventBridgeException',
    },
  },
  'putEvents',
);

/**
 * `events:putEvents`: a Detail that is no text is sent as its JSON, the ARNs of the execution and its machine stand among the
 * resources of each entry, and entries that were refused fail the task.
 */
export const eventsPutEvents: Integration = async (call, deps) => {
  const given = argumentsOf(call);
  const { workflow, run } = splitRunKey(call.effect.run);
  const { arns = DEFAULT_ARN_SCOPE } = deps;
  const origin = [executionArn(arns, workflow, run), stateMachineArn(arns, workflow)];
  const Entries = Array.isArray(given.Entries)
    ? given.Entries.map((entry) => entryOf(entry, origin))
    : given.Entries;
  const request = { ...call.request, arguments: { ...given, Entries } };
  const result = (await putEvents({ ...call, request }, deps)) as {
    readonly FailedEntryCount?: number;
    readonly Entries?: unknown;
  };
  const { FailedEntryCount = 0 } = result;
  if (FailedEntryCount === 0) return { ...result, FailedEntryCount };
  const message = JSON.stringify({ Entries: result.Entries, FailedEntryCount });
  throw new EffectError({ code: 'EventBridge.FailedEntry', message, retryable: true });
};

function entryOf(entry: unknown, origin: readonly string[]): unknown {
  if (typeof entry !== 'object' || entry === null) return entry;
  const { Detail, Resources = [], ...rest } = entry as Record<string, unknown>;
  return {
    ...rest,
    Resources: [...(Resources as readonly unknown[]), ...origin],
    ...(Detail !== undefined && { Detail: typeof Detail === 'string' ? Detail : JSON.stringify(Detail) }),
  };
}
