import { QUERY } from '../../expressions/index.ts';
import type { ActionDefinition, Template } from '../../model/documents.ts';
import { boundsOf, numberOf } from './map-parts.ts';
import type { ItemReader, MapState } from './model.ts';
import { names } from './names.ts';
import { buildSteps, constantValue, inputSteps, jsonataValue, pathValue } from './queries.ts';
import type { Place } from './region.ts';

/** Reads the items of a Distributed Map; its result is `{items, readFrom}`. Bounds that are wrong fail it before it is made. */
export function readAction(place: Place<MapState>, reader: ItemReader): ActionDefinition {
  const { state, language, slug } = place;
  const { MaxItems: _, MaxItemsPath: __, ...config } = reader.ReaderConfig ?? {};
  const maxItems = numberOf(
    { place, from: 'input' },
    reader.ReaderConfig ?? {},
    'MaxItems',
    'signed-integer',
  );
  const bounds = boundsOf({ place, from: 'input' });
  return {
    type: 'task',
    resource: 'tidegate:items:read',
    arguments: {
      resource: constantValue(reader.Resource),
      config: constantValue(config),
      ...(maxItems !== undefined && { maxItems }),
      ...(JSON.stringify(bounds).includes(QUERY) && { bounds: bounds as Template }),
      parameters:
        language === 'JSONata'
          ? jsonataValue('input', reader.Arguments ?? {}, 'ItemReader/Arguments')
          : pathValue('input', [...inputSteps(state), ...buildSteps(reader.Parameters ?? {}, 'Parameters')]),
    },
    subject: names.read(slug),
    hold: 'input',
  };
}
