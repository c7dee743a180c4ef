// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of the language, evaluated by the engine
import { EVENT_TYPES } from '../../model/cloud-event.ts';
import type { Template, TriggerDefinition } from '../../model/documents.ts';
import { joinTrigger } from './emit-parallel.ts';
import { failedTrigger, holdOf } from './failures.ts';
import { boundsOf, itemsOf, selected, selectorOf } from './map-parts.ts';
import type { MapState } from './model.ts';
import { names } from './names.ts';
import { inputSteps, pathValue } from './queries.ts';
import { breakOffByFault, enter, innerScope, type Place, type Region, triggerOf } from './region.ts';
import { doneActions, enterTrigger } from './working-state.ts';

/** Turns on the way in, entered and started, and on the way out, ended and exited. */
const IN = 2;
const OUT = 2;
/** Of an attempt that failed. */
const STARTED = 1;
/** An iteration is started before its first state is entered. */
const ITERATION = 1;

/** A Map whose items are done in scopes of the run. `processor`: the region of what is done with each. */
export function emitInlineMap(place: Place<MapState>, processor: Region): TriggerDefinition[] {
  const { state, slug } = place;
  const hold = holdOf(place);
  const selector = selectorOf(state);
  const source = { place, from: 'input' } as const;
  return [
    enterTrigger(
      place,
      {
        type: 'fork',
        name: slug,
        items: itemsOf(source),
        ...boundsOf(source),
        ...(selector && { value: { input: mapInput(place) } }),
        hold,
        turns: IN,
      },
      { hold: hold, faultTurns: -STARTED },
    ),
    triggerOf(
      place,
      {
        id: names.item(slug),
        activationEvents: [{ type: EVENT_TYPES.scopeStarted, subject: slug }],
        condition: { type: 'always' },
        actions: {
          fire: enter(
            processor,
            processor.states.StartAt,
            selector ? selected(place, selector, 'value') : '${item}',
            ITERATION,
          ),
          error: breakOffByFault(processor, place.language),
        },
      },
      innerScope(place),
    ),
    joinTrigger(place, doneActions(place, 'results', IN + OUT)),
    failedTrigger(place, { attemptTurns: STARTED, caughtTurns: IN + OUT }),
  ];
}

/** What an item's selector sees as its input. */
export function mapInput({ state, language }: Place<MapState>): Template {
  return pathValue('input', language === 'JSONata' ? [] : inputSteps(state));
}
