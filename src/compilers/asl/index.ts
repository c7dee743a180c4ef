// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of the language, evaluated by the engine
import { EVENT_TYPES } from '../../model/cloud-event.ts';
import type { TriggerDefinition, TriggersDefinition } from '../../model/documents.ts';
import type { Compiler } from '../compiler.ts';
import { emitDistributedMap } from './emit-distributed-map.ts';
import { emitInlineMap } from './emit-map.ts';
import { emitParallel } from './emit-parallel.ts';
import { emitChoice, emitFail, emitPass, emitSucceed, emitWait } from './emit-simple.ts';
import { emitTask } from './emit-task.ts';
import { isDistributed, processorOf } from './map-parts.ts';
import type { MapState, QueryLanguage, State, StateMachine, States } from './model.ts';
import { names, Slugs } from './names.ts';
import { enter, innerScope, type Place, type Region } from './region.ts';
import { validateStateMachine } from './validation/index.ts';

const MS = 1000;

/** The format `asl`, Amazon States Language; see docs/step-functions.md. */
export const compileAsl: Compiler = (definition, { limits }) => {
  const diagnostics = validateStateMachine(definition, { limits });
  if (diagnostics.some(({ severity }) => severity === 'error')) return { diagnostics };
  return { diagnostics, triggers: emitMachine(definition as StateMachine) };
};

/** The triggers of a sound state machine: those of its states, in the order of the definition. */
function emitMachine(machine: StateMachine): TriggersDefinition {
  const { TimeoutSeconds, QueryLanguage = 'JSONPath' } = machine;
  const triggers: TriggerDefinition[] = [];
  const root = regionOf(machine, {
    scope: undefined,
    exitTurns: 0,
    language: QueryLanguage,
    allSlugs: new Slugs(),
    triggers,
  });
  triggers.push({
    id: names.begin,
    activationEvents: [{ type: EVENT_TYPES.runStarted }],
    condition: { type: 'always' },
    actions: enter(root, machine.StartAt, '${event.data}', 1),
    // Of no state in particular; like the states' own it keeps no count.
    state: { name: machine.StartAt, type: 'Start' },
  });
  emitRegion(root);
  return {
    run: 'started',
    triggers,
    ...(TimeoutSeconds !== undefined && { timeoutMs: TimeoutSeconds * MS }),
    timeoutError: 'States.Timeout',
  };
}

function regionOf(states: States, around: Omit<Region, 'states' | 'slugs'>): Region {
  const slugs = new Map(Object.keys(states.States).map((name) => [name, around.allSlugs.of(name)]));
  return { ...around, states, slugs };
}

function emitRegion(region: Region): void {
  for (const [name, state] of Object.entries(region.states.States)) {
    const language: QueryLanguage = state.QueryLanguage ?? region.language;
    emitState({ region, name, slug: region.slugs.get(name)!, state, language });
  }
}

function emitState(place: Place): void {
  const { region, state } = place;
  const within = (states: States, scope: string | undefined, exitTurns: number): Region =>
    regionOf(states, { ...region, scope, exitTurns });
  const emit = (triggers: readonly TriggerDefinition[]) => region.triggers.push(...triggers);
  const as = <S extends State>() => place as unknown as Place<S>;
  switch (state.Type) {
    case 'Pass':
      emit(emitPass(as()));
      break;
    case 'Succeed':
      emit(emitSucceed(as()));
      break;
    case 'Fail':
      emit(emitFail(as()));
      break;
    case 'Choice':
      emit(emitChoice(as()));
      break;
    case 'Wait':
      emit(emitWait(as()));
      break;
    case 'Task':
      emit(emitTask(as()));
      break;
    case 'Parallel': {
      const branches = state.Branches.map((branch) => within(branch, innerScope(place), 0));
      emit(emitParallel(as(), branches));
      branches.forEach(emitRegion);
      break;
    }
    case 'Map':
      emitMap(as(), within);
      break;
  }
}

function emitMap(
  place: Place<MapState>,
  within: (states: States, scope: string | undefined, exitTurns: number) => Region,
): void {
  const { region, state } = place;
  const distributed = isDistributed(state);
  const processor = distributed
    ? within(processorOf(state), undefined, 0)
    : within(processorOf(state), innerScope(place), 1);
  region.triggers.push(
    ...(distributed ? emitDistributedMap(place, processor) : emitInlineMap(place, processor)),
  );
  emitRegion(processor);
}
