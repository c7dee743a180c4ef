import type { ActionDefinition, Template, TriggerDefinition } from '../../model/documents.ts';
import { joinTrigger } from './emit-parallel.ts';
import { mapRunOf } from './map-parts.ts';
import type { MapState, ResultWriter } from './model.ts';
import { names } from './names.ts';
import { buildSteps, constantValue, inputSteps, jsonataValue, pathValue } from './queries.ts';
import type { Place } from './region.ts';
import { doneTrigger } from './working-state.ts';

/** The results of a Distributed Map are taken from its children and written away; what the state gives is where they are. */
export function writeTriggers(
  place: Place<MapState>,
  writer: ResultWriter,
  turns: number,
  failure: Template,
): TriggerDefinition[] {
  const { slug } = place;
  return [
    joinTrigger(place, [writeAction(place, writer)], { failure, collect: false }),
    doneTrigger(place, { id: names.written(slug), subject: names.write(slug), turns, faultTurns: 1 }),
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
