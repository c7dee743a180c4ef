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

/** `events:putEvents`: a Detail that is no text is sent as its JSON, and entries that were refused fail the task. */
export const eventsPutEvents: Integration = async (call, deps) => {
  const given = argumentsOf(call);
  const Entries = Array.isArray(given.Entries) ? given.Entries.map(entryOf) : given.Entries;
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

function entryOf(entry: unknown): unknown {
  if (typeof entry !== 'object' || entry === null) return entry;
  const { Detail, ...rest } = entry as Record<string, unknown>;
  if (Detail === undefined || typeof Detail === 'string') return entry;
  return { ...rest, Detail: JSON.stringify(Detail) };
}
