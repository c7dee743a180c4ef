// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of the language, evaluated by the engine
import { EVENT_TYPES } from '../../model/cloud-event.ts';
import type { ForkAction, TriggerDefinition } from '../../model/documents.ts';
import { EXECUTION_LABELS } from '../../model/execution-labels.ts';
import { joinTrigger } from './emit-parallel.ts';
import { failByFault, failedTrigger } from './failures.ts';
import {
  batchedItems,
  boundsOf,
  type MapSource,
  mapRunOf,
  processorOf,
  selected,
  selectorOf,
} from './map-parts.ts';
import { readAction } from './map-reader.ts';
import { writeTriggers } from './map-writer.ts';
import type { MapState } from './model.ts';
import { names } from './names.ts';
import { inputSteps, pathValue } from './queries.ts';
import { breakOff, enter, innerScope, type Place, type Region, triggerOf } from './region.ts';
import { doneActions, enterTrigger } from './working-state.ts';

/** Turns on the way in, entered, started and the Map Run's start, and on the way out. The children count their own. */
const IN = 3;
const OUT = 3;
/** Of an attempt that failed: started, and the Map Run's start and end. */
const ATTEMPT = 3;

/** What a Map fails with that tolerates no further failed item. */
export const TOO_MANY_FAILED = {
  error: 'States.ExceedToleratedFailureThreshold',
  cause: 'The specified tolerated failure threshold was exceeded',
};

/** A Map whose items are runs of their own, which begin with the states of `processor`. */
export function emitDistributedMap(place: Place<MapState>, processor: Region): TriggerDefinition[] {
  const { state, slug } = place;
  const { ItemReader, ResultWriter } = state;
  const reads = ItemReader !== undefined;
  return [
    enterTrigger(place, reads ? readAction(place, ItemReader) : forkAction({ place, from: 'input' }), {
      hold: 'input',
      faultTurns: -ATTEMPT,
    }),
    ...(reads
      ? [
          triggerOf(place, {
            id: names.items(slug),
            activationEvents: [{ type: EVENT_TYPES.taskSucceeded, subject: names.read(slug) }],
            condition: { type: 'always' },
            actions: { fire: [forkAction({ place, from: 'held' })], error: failByFault(place, 0) },
          }),
        ]
      : []),
    ...childTriggers(place),
    triggerOf(
      { ...place, region: processor },
      {
        id: names.beginOf(slug),
        activationEvents: [{ type: EVENT_TYPES.runEntered, subject: slug }],
        condition: { type: 'always' },
        actions: enter(processor, processor.states.StartAt, '${event.data}', 1),
      },
    ),
    ...(ResultWriter === undefined
      ? [joinTrigger(place, doneActions(place, 'results', IN + OUT), { failure: TOO_MANY_FAILED })]
      : writeTriggers(place, ResultWriter, IN + OUT, TOO_MANY_FAILED)),
    failedTrigger(place, {
      attemptTurns: ATTEMPT,
      caughtTurns: IN + OUT,
      alsoFailing: [
        ...(reads ? [names.read(slug)] : []),
        ...(ResultWriter === undefined ? [] : [names.write(slug)]),
      ],
    }),
  ];
}

function forkAction(source: MapSource): ForkAction {
  const { place, from } = source;
  const { slug, state, language } = place;
  return {
    type: 'fork',
    name: slug,
    items: batchedItems(source),
    ...boundsOf(source),
    value: {
      input: pathValue(from, language === 'JSONata' ? [] : inputSteps(state)),
      mapRun: mapRunOf(place),
      ...(from === 'held' && { readFrom: '${has(event.data.readFrom) ? event.data.readFrom : []}' }),
    },
    hold: 'input',
    turns: IN,
  };
}

/** In the scope of each item: its run is started, and its end ends the scope. */
function childTriggers(place: Place<MapState>): TriggerDefinition[] {
  const { slug, state } = place;
  const selector = state.ItemBatcher === undefined ? selectorOf(state) : undefined;
  const scope = innerScope(place);
  const within = (draft: Parameters<typeof triggerOf>[1]) => triggerOf(place, draft, scope);
  const broken = breakOff({ scope, exitTurns: 0 }, '${error.code}', '${error.message}', 0);
  const { ExecutionType = 'STANDARD' } = processorOf(state).ProcessorConfig ?? {};
  return [
    within({
      id: names.item(slug),
      activationEvents: [{ type: EVENT_TYPES.scopeStarted, subject: slug }],
      condition: { type: 'always' },
      actions: {
        fire: [
          {
            type: 'start-run',
            workflow: '${run.workflow}',
            version: '${run.version}',
            entry: slug,
            input: selector ? selected(place, selector, 'value') : '${item}',
            labels: {
              [EXECUTION_LABELS.mapRun]: '${event.data.value.mapRun}',
              [EXECUTION_LABELS.mapItem]: '${string(event.data.index)}',
              ...(ExecutionType === 'EXPRESS' && { [EXECUTION_LABELS.type]: 'EXPRESS' }),
            },
            subject: names.child(slug),
            hold: 'token',
          },
        ],
        error: broken,
      },
    }),
    within({
      id: names.childEnded(slug),
      activationEvents: [{ type: EVENT_TYPES.taskSucceeded, subject: names.child(slug) }],
      condition: { type: 'always' },
      actions: [{ type: 'end-scope', result: '${event.data}' }],
    }),
    within({
      id: names.childFailed(slug),
      activationEvents: [{ type: EVENT_TYPES.taskFailed, subject: names.child(slug) }],
      condition: { type: 'always' },
      actions: [
        {
          type: 'end-scope',
          outcome: 'failed',
          result: { error: '${event.data.error}', cause: '${event.data.cause}' },
        },
      ],
    }),
  ];
}
