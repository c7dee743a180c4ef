import { EVENT_TYPES } from '../../model/cloud-event.ts';
import type { ActionDefinition, TriggerDefinition } from '../../model/documents.ts';
import type { Hold } from '../../model/token.ts';
import { failByFault } from './failures.ts';
import type { MapState, ParallelState, TaskState } from './model.ts';
import { names } from './names.ts';
import { assignActions, type Flow, outputValue } from './outputs.ts';
import { buildSteps, resultSteps } from './queries.ts';
import { leave, type Place, triggerOf } from './region.ts';

/** A state that does work, waits for its end, and may be tried again. */
export type WorkingState = TaskState | ParallelState | MapState;

/** `S.enter`: on the way in, and again for another attempt. `faultTurns`: as `failByFault` takes them. */
export function enterTrigger(
  place: Place<WorkingState>,
  work: ActionDefinition,
  { hold, faultTurns }: { readonly hold: Hold; readonly faultTurns: number },
): TriggerDefinition {
  const { slug, state } = place;
  const first = { type: EVENT_TYPES.stateEntered, subject: slug };
  const again = { type: EVENT_TYPES.timer, subject: names.retry(slug) };
  return triggerOf(place, {
    id: names.enter(slug),
    activationEvents: (state.Retry ?? []).length === 0 ? [first] : [first, again],
    condition: { type: 'always' },
    actions: { fire: [work], error: failByFault(place, faultTurns, hold) },
  });
}

/** What the result of the work leads to. `turns`: from the entry of the state to that of the next. */
export function doneActions(
  place: Place<WorkingState>,
  from: Flow['from'] & ('result' | 'results'),
  turns: number,
): ActionDefinition[] {
  const { state } = place;
  const flow: Flow = {
    from,
    value: buildSteps(state.ResultSelector, 'ResultSelector'),
    after: resultSteps(state),
  };
  return [...assignActions(place, flow), ...leave(place, outputValue(place, flow), turns)];
}

/** The trigger that takes the result of a call under `subject`, the last work of the state. */
export function doneTrigger(
  place: Place<WorkingState>,
  {
    id,
    subject,
    turns,
    faultTurns,
  }: {
    readonly id: string;
    readonly subject: string;
    readonly turns: number;
    readonly faultTurns: number;
  },
): TriggerDefinition {
  return triggerOf(place, {
    id,
    activationEvents: [{ type: EVENT_TYPES.taskSucceeded, subject }],
    condition: { type: 'always' },
    actions: { fire: doneActions(place, 'result', turns), error: failByFault(place, faultTurns) },
  });
}
