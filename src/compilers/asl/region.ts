// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of the language, evaluated by the engine
import { EVENT_TYPES } from '../../model/cloud-event.ts';
import type { ActionDefinition, Template, TriggerDefinition } from '../../model/documents.ts';
import type { QueryLanguage, State, States } from './model.ts';
import type { Slugs } from './names.ts';

/** States that one token goes through: those of the machine, of a branch, or of what is done with each item. */
export interface Region {
  readonly states: States;
  /** Path of the forks around; absent: the root of a run. */
  readonly scope: string | undefined;
  /** Turns that the end of the region takes beyond those of its last state. */
  readonly exitTurns: number;
  readonly language: QueryLanguage;
  readonly slugs: ReadonlyMap<string, string>;
  readonly allSlugs: Slugs;
  readonly triggers: TriggerDefinition[];
}

/** One state of a region, as its triggers are made. */
export interface Place<S extends State = State> {
  readonly region: Region;
  readonly name: string;
  readonly slug: string;
  readonly state: S;
  readonly language: QueryLanguage;
}

type Draft = Omit<TriggerDefinition, 'state' | 'scope'>;

/** The trigger of a state's transition, in the scope it belongs to. `scope`: another one than the state's own. */
export function triggerOf(
  { region, name, state }: Place,
  draft: Draft,
  scope = region.scope,
): TriggerDefinition {
  return {
    ...draft,
    ...(scope !== undefined && { scope }),
    state: { name, type: state.Type, ...(hasToken(state) && { token: true }) },
  };
}

/** A task that somebody reports on has a token to report with. */
function hasToken(state: State): boolean {
  return state.Type === 'Task' && /\.(?:waitForTaskToken|sync|sync:2)$/.test(state.Resource);
}

/** The path of the scopes that the state forks. */
export function innerScope({ region, slug }: Place): string {
  return region.scope === undefined ? slug : `${region.scope}/${slug}`;
}

/** The actions that end the state: into the next one, or out of the region. */
export function leave(place: Place, value: Template, turns: number): ActionDefinition[] {
  const { Next } = place.state as { Next?: string };
  return Next === undefined ? exit(place.region, value, turns) : enter(place.region, Next, value, turns);
}

export function enter({ slugs }: Region, name: string, data: Template, turns: number): ActionDefinition[] {
  return [{ type: 'emit', event: EVENT_TYPES.stateEntered, subject: slugs.get(name)!, data, turns }];
}

export function exit({ scope, exitTurns }: Region, value: Template, turns: number): ActionDefinition[] {
  return scope === undefined
    ? [{ type: 'complete', output: value }]
    : [{ type: 'end-scope', result: value, turns: turns + exitTurns }];
}

/** The actions that fail the run, or the branch or item. `turns`: of the state, its entry counted. */
export function breakOff(
  { scope, exitTurns }: Pick<Region, 'scope' | 'exitTurns'>,
  error: Template,
  cause: Template,
  turns: number,
): ActionDefinition[] {
  return scope === undefined
    ? [{ type: 'fail', error: error as string, cause }]
    : [{ type: 'end-scope', outcome: 'failed', result: { error, cause }, turns: turns + exitTurns }];
}

/** What a transition that cannot be planned does, in a state without error handling of its own. */
export function breakOffByFault(region: Region, language: QueryLanguage): ActionDefinition[] {
  return breakOff(region, '${error.code}', '${error.message}', 1 + faultTurns(language));
}

/** The history has an event of its own for an expression of JSONata that failed. */
export function faultTurns(language: QueryLanguage): number {
  return language === 'JSONata' ? 1 : 0;
}
