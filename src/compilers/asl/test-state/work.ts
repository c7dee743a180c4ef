import { EffectError, type Tolerance } from '../../../actions/index.ts';
import { parseItems } from '../../../actions/items/parse-items.ts';
import { readerConfig } from '../../../actions/items/reader-config.ts';
import { toleratedFailures } from '../../../conditions/index.ts';
import type { Effect } from '../../../model/effect.ts';
import { Failure } from '../../../model/failure.ts';
import type { Limits } from '../../../model/limits.ts';
import { TOO_MANY_FAILED } from '../emit-distributed-map.ts';
import type { Work } from './lone-run.ts';
import { INNER_STATES } from './lone-triggers.ts';
import type { MockedEnd } from './mock.ts';
import { type Refusal, refusal, type StateConfiguration, type TestStateOptions } from './request.ts';

/** What the one task of a Map or Parallel state takes. */
export interface InnerStates {
  readonly items?: readonly unknown[];
  /** 0: all at once. */
  readonly concurrency?: number;
  readonly tolerate?: Tolerance;
  /** What each iteration is given, besides its item. */
  readonly value?: unknown;
}

const READER = 'tidegate:items:read';
const ALL_ITEMS = Number.POSITIVE_INFINITY;

/** Does the work of a tested state: as it is mocked, else by performing it. */
export function workOf(
  mocked: MockedEnd | undefined,
  configuration: StateConfiguration,
  { limits, perform }: TestStateOptions,
): Work {
  // A reader that nothing is said of may find any items.
  let areKnown = true;
  return async (effect) => {
    const { resource, arguments: given } = effect.request as { resource: string; arguments: unknown };
    if (resource === READER) {
      areKnown = configuration.mapItemReaderData !== undefined;
      return read(given as Reading, configuration, limits);
    }
    if (resource === INNER_STATES) return done(given as InnerStates, areKnown, mocked!, configuration);
    return mocked ?? performed(effect, perform);
  };
}

interface Reading {
  readonly config?: Readonly<Record<string, unknown>> | null;
  readonly maxItems?: number;
}

function read(
  { config, maxItems = 0 }: Reading,
  { mapItemReaderData }: StateConfiguration,
  limits: Limits,
): MockedEnd {
  if (mapItemReaderData === undefined) return { result: { items: [] } };
  try {
    const parsed = parseItems(mapItemReaderData, readerConfig(config ?? {}), maxItems || ALL_ITEMS, limits);
    return { result: { items: parsed } };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { error: error.error, cause: error.reason };
  }
}

/** The end of the states inside, with as many failed iterations as the test says. */
function done(
  { items, tolerate }: InnerStates,
  areKnown: boolean,
  mocked: MockedEnd,
  { mapIterationFailureCount: failures = 0 }: StateConfiguration,
): MockedEnd | { readonly refused: Refusal } {
  if (items === undefined || failures === 0) return mocked;
  if (areKnown && failures > items.length) {
    return refusal(
      'ValidationException',
      'Map iteration failure count must be less than or equal to the number of Map iterations',
    );
  }
  if (
    'error' in mocked ||
    failures <= (tolerate === undefined ? 0 : toleratedFailures(items.length, tolerate))
  ) {
    return mocked;
  }
  return TOO_MANY_FAILED;
}

async function performed(effect: Effect, perform: TestStateOptions['perform']): Promise<MockedEnd> {
  if (perform === undefined) {
    return { error: 'States.TaskFailed', cause: 'Nothing performs tasks here: give the test a mock' };
  }
  try {
    return { result: (await perform(effect)) ?? null };
  } catch (error) {
    if (!(error instanceof EffectError)) throw error;
    const { code, message } = error.failure;
    return { error: code, cause: message };
  }
}
