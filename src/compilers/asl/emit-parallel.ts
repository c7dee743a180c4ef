// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of the language, evaluated by the engine
import { EVENT_TYPES } from '../../model/cloud-event.ts';
import type { ActionDefinition, Template, TriggerDefinition } from '../../model/documents.ts';
import { failByFault, failedTrigger, holdOf } from './failures.ts';
import type { ParallelState } from './model.ts';
import { names } from './names.ts';
import { argumentsValue } from './queries.ts';
import { enter, innerScope, type Place, type Region, triggerOf } from './region.ts';
import { doneActions, enterTrigger } from './working-state.ts';

/** Turns on the way in, entered and started, and on the way out, ended and exited. */
const IN = 2;
const OUT = 2;
/** Of an attempt, whether its scopes then failed or not. */
const STARTED = 1;
/** Its scopes had all ended well. */
const ENDED = 1;

interface Joining {
  /** What the state fails with; default: with the first failure of its scopes. */
  readonly failure?: Template;
  /** False where nobody asks for the results of the scopes. */
  readonly collect?: boolean;
}

/** `branches`: the regions of the branches, in their order. */
export function emitParallel(place: Place<ParallelState>, branches: readonly Region[]): TriggerDefinition[] {
  const { slug } = place;
  const hold = holdOf(place);
  const outcomes: Record<string, ActionDefinition[]> = {};
  branches.forEach((region, n) => {
    outcomes[`branch:${n}`] = enter(region, region.states.StartAt, '${event.data.value.input}', 0);
  });
  return [
    enterTrigger(
      place,
      {
        type: 'fork',
        name: slug,
        branches: branches.length,
        value: { input: argumentsValue(place.state, place.language) },
        hold,
        turns: IN,
      },
      { hold: hold, faultTurns: -STARTED },
    ),
    triggerOf(
      place,
      {
        id: names.branches(slug),
        activationEvents: [{ type: EVENT_TYPES.scopeStarted, subject: slug }],
        condition: { type: 'expression', expression: '"branch:" + string(event.data.index)' },
        actions: outcomes,
      },
      innerScope(place),
    ),
    joinTrigger(place, doneActions(place, 'results', IN + OUT)),
    failedTrigger(place, { attemptTurns: STARTED, caughtTurns: IN + OUT }),
  ];
}

/** `S.join`: all scopes have ended well, or one has failed and ends the others. */
export function joinTrigger(
  place: Place,
  joined: readonly ActionDefinition[],
  { failure = '${context.failure}', collect = true }: Joining = {},
): TriggerDefinition {
  const { slug } = place;
  return triggerOf(place, {
    id: names.join(slug),
    activationEvents: [
      { type: EVENT_TYPES.scopeForked, subject: slug },
      { type: EVENT_TYPES.scopeEnded, subject: slug },
    ],
    condition: { type: 'scopes', ...(!collect && { collect }) },
    actions: {
      succeeded: [...joined],
      failed: [
        { type: 'cancel-fork', name: slug },
        { type: 'emit', event: EVENT_TYPES.taskFailed, subject: slug, data: failure },
      ],
      error: failByFault(place, ENDED),
    },
  });
}
