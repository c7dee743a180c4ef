// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of the language, evaluated by the engine
import { EVENT_TYPES } from '../../model/cloud-event.ts';
import type { ActionDefinition, CatchCondition, TriggerDefinition } from '../../model/documents.ts';
import type { Hold } from '../../model/token.ts';
import type { Catcher, Retrier, WithErrorHandling, WithResultPath } from './model.ts';
import { names } from './names.ts';
import { buildSteps, errorMember, jsonataValue, pathValue, resultSteps } from './queries.ts';
import { breakOff, enter, faultTurns, type Place, triggerOf } from './region.ts';

const MS = 1000;
const DEFAULT_ATTEMPTS = 3;

/** What a state that can fail is made of. */
export interface Fallible {
  /** Turns of an attempt that failed. */
  readonly attemptTurns: number;
  /** Turns from the state's entry to the one a catcher leads to, for the first attempt; its exit is the last of them. */
  readonly caughtTurns: number;
  /** Subjects under which parts of its work fail, beside its own. */
  readonly alsoFailing?: readonly string[];
}

type FallibleState = WithErrorHandling & WithResultPath;

/** `S.failed`: what a failure leads to, `retry:n`, `catch:n` or the end. */
export function failedTrigger(
  place: Place,
  { attemptTurns, caughtTurns, alsoFailing = [] }: Fallible,
): TriggerDefinition {
  const { region, slug, language } = place;
  const { Retry = [], Catch = [] } = place.state as FallibleState;
  const condition: CatchCondition = {
    type: 'catch',
    ...(Retry.length > 0 && {
      retry: Retry.map(({ ErrorEquals, MaxAttempts = DEFAULT_ATTEMPTS }) => ({
        errors: [...ErrorEquals],
        maxAttempts: MaxAttempts,
      })),
    }),
    ...(Catch.length > 0 && { catch: Catch.map(({ ErrorEquals }) => [...ErrorEquals]) }),
  };
  const outcomes: Record<string, ActionDefinition[]> = {};
  Retry.forEach((retrier, place) => {
    outcomes[`retry:${place}`] = [retryAction(slug, retrier, place, attemptTurns)];
  });
  Catch.forEach((catcher, n) => {
    const value =
      language === 'JSONata'
        ? catcher.Output === undefined
          ? pathValue('error', [], { payload: true })
          : jsonataValue('error', catcher.Output, `Catch[${n}]/Output`, { payload: true })
        : pathValue('error', resultSteps(catcher), { payload: true });
    outcomes[`catch:${n}`] = [
      ...assign(place, catcher, n),
      ...enter(region, catcher.Next, value, caughtTurns),
    ];
  });
  const failedTurns = caughtTurns - 1;
  // States around still tell an empty cause; the end of the run does not.
  const isLast = region.scope === undefined;
  const said = (member: 'Error' | 'Cause') => errorMember(member, isLast);
  outcomes['fail'] = breakOff(region, said('Error'), said('Cause'), failedTurns);
  outcomes['error'] = breakOff(
    region,
    '${error.code}',
    '${error.message}',
    failedTurns + faultTurns(language),
  );
  return triggerOf(place, {
    id: names.failed(slug),
    activationEvents: [slug, ...alsoFailing].map((subject) => ({ type: EVENT_TYPES.taskFailed, subject })),
    condition,
    actions: outcomes,
  });
}

function retryAction(
  slug: string,
  { IntervalSeconds = 1, BackoffRate, MaxDelaySeconds, JitterStrategy }: Retrier,
  retrier: number,
  turns: number,
): ActionDefinition {
  return {
    type: 'retry-state',
    name: names.retry(slug),
    retrier,
    intervalMs: IntervalSeconds * MS,
    ...(BackoffRate !== undefined && { backoffRate: BackoffRate }),
    ...(MaxDelaySeconds !== undefined && { maxDelayMs: MaxDelaySeconds * MS }),
    ...(JitterStrategy === 'FULL' && { jitter: 'full' }),
    turns,
  };
}

function assign({ language }: Place, { Assign }: Catcher, n: number): ActionDefinition[] {
  if (Assign === undefined) return [];
  const values =
    language === 'JSONata'
      ? jsonataValue('error', Assign, `Catch[${n}]/Assign`, { payload: true })
      : pathValue('error', buildSteps(Assign, 'Assign'), { payload: true });
  return [{ type: 'set', values: values as Record<string, unknown> }];
}

/** The input of the state comes back with the end of its work where a retry, a path or an expression asks for it. */
export function holdOf({ state, language }: Place): Hold {
  const { Retry = [], Catch = [], ResultPath } = state as FallibleState;
  if (Retry.length > 0) return 'input';
  if (language === 'JSONPath') {
    const keeps = [{ ResultPath }, ...Catch].some(({ ResultPath: path = '$' }) => path !== '$');
    return keeps ? 'input' : 'token';
  }
  const { Output, Assign } = state as { Output?: unknown; Assign?: unknown };
  return READS_INPUT.test(JSON.stringify([Output, Assign, Catch])) ? 'input' : 'token';
}

/** `$states` itself, or a member of it that is not of the result, the error or the context. */
const READS_INPUT = /\$states(?!\s*\.\s*(?:result|errorOutput|context)\b)/;

/**
 * What a transition of the state does where it cannot be planned: the state fails. `turns`: how many more than in an attempt
 * that failed as usual, beside the fault itself.
 */
export function failByFault({ slug, language }: Place, turns: number, hold?: Hold): ActionDefinition[] {
  const spend = turns + faultTurns(language);
  return [
    {
      type: 'emit',
      event: EVENT_TYPES.taskFailed,
      subject: slug,
      data: { error: '${error.code}', cause: '${error.message}' },
      ...(hold !== undefined && { hold }),
      ...(spend !== 0 && { spend }),
    },
  ];
}
