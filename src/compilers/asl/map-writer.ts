// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of the language, evaluated by the engine
import { EVENT_TYPES } from '../../model/cloud-event.ts';
import type { ActionDefinition, Template, TriggerDefinition } from '../../model/documents.ts';
import { joinTrigger } from './emit-parallel.ts';
import { failByFault } from './failures.ts';
import { mapRunOf } from './map-parts.ts';
import type { MapState, ResultWriter } from './model.ts';
import { names } from './names.ts';
import { assignActions, type Flow, outputValue } from './outputs.ts';
import { buildSteps, constantValue, inputSteps, jsonataValue, pathValue, resultSteps } from './queries.ts';
import { leave, type Place, triggerOf } from './region.ts';

/** The results of a Distributed Map are written away; what the state gives is where they are. */
export function writeTriggers(
  place: Place<MapState>,
  writer: ResultWriter,
  turns: number,
  failure: Template,
): TriggerDefinition[] {
  const { state, slug } = place;
  const flow: Flow = {
    from: 'result',
    value: buildSteps(state.ResultSelector, 'ResultSelector'),
    after: resultSteps(state),
  };
  return [
    joinTrigger(place, [writeAction(place, writer)], failure),
    triggerOf(place, {
      id: names.written(slug),
      activationEvents: [{ type: EVENT_TYPES.taskSucceeded, subject: names.write(slug) }],
      condition: { type: 'always' },
      actions: {
        fire: [...assignActions(place, flow), ...leave(place, outputValue(place, flow), turns)],
        error: failByFault(place, 1),
      },
    }),
  ];
}

function writeAction(place: Place<MapState>, writer: ResultWriter): ActionDefinition {
  const { state, language, slug } = place;
  return {
    type: 'task',
    resource: 'tidegate:items:write',
    arguments: {
      resource: constantValue(writer.Resource ?? null),
      config: constantValue(writer.WriterConfig ?? null),
      results: '${context.results}',
      mapRun: mapRunOf(place),
      parameters:
        language === 'JSONata'
          ? jsonataValue('held', writer.Arguments ?? {}, 'ResultWriter/Arguments')
          : pathValue('held', [...inputSteps(state), ...buildSteps(writer.Parameters ?? {}, 'Parameters')]),
    },
    subject: names.write(slug),
    hold: 'input',
  };
}
