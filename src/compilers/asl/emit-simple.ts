// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of the language, evaluated by the engine
import { EVENT_TYPES } from '../../model/cloud-event.ts';
import type {
  ActionDefinition,
  ChoiceCondition,
  SetTimerAction,
  Template,
  TriggerDefinition,
} from '../../model/documents.ts';
import type {
  ChoiceState,
  FailState,
  InputOutput,
  PassState,
  SucceedState,
  WaitState,
  WithAssign,
} from './model.ts';
import { names } from './names.ts';
import { assignActions, type Flow, outputValue } from './outputs.ts';
import {
  buildSteps,
  constantValue,
  inputSteps,
  jsonataValue,
  pathValue,
  requirement,
  resultSteps,
  selectSteps,
} from './queries.ts';
import { breakOff, breakOffByFault, enter, exit, leave, type Place, triggerOf } from './region.ts';

/** Turns of a state that waits for nothing: entered and exited. */
const PASSED = 2;
const MS = 1000;

/** The one trigger of a state that only passes data on. */
function passing(place: Place, actions: readonly ActionDefinition[]): TriggerDefinition {
  const { slug, region, language } = place;
  return triggerOf(place, {
    id: names.enter(slug),
    activationEvents: [{ type: EVENT_TYPES.stateEntered, subject: slug }],
    condition: { type: 'always' },
    actions: { fire: [...actions], error: breakOffByFault(region, language) },
  });
}

export function emitPass(place: Place<PassState>): TriggerDefinition[] {
  const { state } = place;
  const flow: Flow = {
    from: 'input',
    value: [
      ...inputSteps(state),
      ...buildSteps(state.Parameters, 'Parameters'),
      ...(state.Result === undefined ? [] : [{ constant: state.Result }]),
    ],
    after: resultSteps(state),
  };
  return [passing(place, [...assignActions(place, flow), ...leave(place, outputValue(place, flow), PASSED)])];
}

export function emitSucceed(place: Place<SucceedState>): TriggerDefinition[] {
  const value = outputValue(place, { from: 'input', value: inputSteps(place.state) });
  return [passing(place, exit(place.region, value, PASSED))];
}

export function emitFail(place: Place<FailState>): TriggerDefinition[] {
  const { state, language, region } = place;
  const text = (field: 'Error' | 'Cause'): Template => {
    const path = state[`${field}Path`];
    if (path !== undefined) {
      return pathValue('input', selectSteps(path, `${field}Path`), requirement('text', `${field}Path`, path));
    }
    const literal = state[field];
    if (literal === undefined) return null;
    if (language === 'JSONPath') return constantValue(literal);
    return jsonataValue('input', literal, field, requirement('text', field, literal));
  };
  return [passing(place, breakOff(region, text('Error'), text('Cause'), 1))];
}

export function emitChoice(place: Place<ChoiceState>): TriggerDefinition[] {
  const { state, slug, region, language } = place;
  const outcomes: Record<string, ActionDefinition[]> = {};
  const chosen = (next: string, fields: InputOutput & WithAssign, prefix: string): ActionDefinition[] => {
    const flow: Flow = { from: 'input', value: inputSteps(state), fields, prefix };
    return [...assignActions(place, flow), ...enter(region, next, outputValue(place, flow), PASSED)];
  };
  const rules = state.Choices.map(({ Next, Comment: _, Assign, Output, ...rule }, n) => {
    outcomes[`choice:${n}`] = chosen(
      Next,
      { ...(Assign && { Assign }), ...(Output !== undefined && { Output }) },
      `Choices[${n}]/`,
    );
    return rule as Record<string, unknown>;
  });
  if (state.Default !== undefined) outcomes['default'] = chosen(state.Default, state, '');
  outcomes['error'] = breakOffByFault(region, language);
  const condition: ChoiceCondition = {
    type: 'choice',
    language,
    rules,
    ...(state.InputPath !== undefined && state.InputPath !== '$' && { inputPath: state.InputPath }),
    ...(state.Default !== undefined && { default: true }),
  };
  return [
    triggerOf(place, {
      id: names.enter(slug),
      activationEvents: [{ type: EVENT_TYPES.stateEntered, subject: slug }],
      condition,
      actions: outcomes,
    }),
  ];
}

export function emitWait(place: Place<WaitState>): TriggerDefinition[] {
  const { state, slug, region, language } = place;
  const flow: Flow = { from: 'input', value: inputSteps(state) };
  const timer: SetTimerAction = {
    type: 'set-timer',
    name: names.wait(slug),
    ...timeOf(place),
    data: '${event.data}',
    hold: 'token',
  };
  return [
    passing(place, [timer]),
    triggerOf(place, {
      id: names.wait(slug),
      activationEvents: [{ type: EVENT_TYPES.timer, subject: names.wait(slug) }],
      condition: { type: 'always' },
      actions: {
        fire: [...assignActions(place, flow), ...leave(place, outputValue(place, flow), PASSED)],
        error: breakOffByFault(region, language),
      },
    }),
  ];
}

function timeOf({ state, language }: Place<WaitState>): Pick<SetTimerAction, 'afterMs' | 'at'> {
  const { Seconds, SecondsPath, Timestamp, TimestampPath } = state;
  const query = (field: 'Seconds' | 'Timestamp', path: string | undefined, literal: unknown): Template => {
    const kind = field === 'Seconds' ? 'seconds' : 'timestamp';
    const more = {
      ...requirement(kind, path === undefined ? field : `${field}Path`, path ?? literal),
      ...(field === 'Seconds' && { scale: MS }),
    };
    return path === undefined
      ? jsonataValue('input', literal, field, more)
      : pathValue('input', [...inputSteps(state), ...selectSteps(path, `${field}Path`)], more);
  };
  if (typeof Seconds === 'number') return { afterMs: Seconds * MS };
  if (Seconds !== undefined || SecondsPath !== undefined) {
    return { afterMs: query('Seconds', SecondsPath, Seconds) as string };
  }
  if (language === 'JSONPath' && Timestamp !== undefined) return { at: Timestamp };
  return { at: query('Timestamp', TimestampPath, Timestamp) as string };
}
