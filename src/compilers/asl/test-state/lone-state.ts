import { type CompiledWorkflow, compileWorkflow } from '../../../engine/index.ts';
import type { TriggerDefinition } from '../../../model/documents.ts';
import type { Limits } from '../../../model/limits.ts';
import { compileAsl } from '../index.ts';
import { names } from '../names.ts';
import type { FoundState } from './find-state.ts';
import { loneTriggers } from './lone-triggers.ts';
import { type Refusal, refusal } from './request.ts';

/** A state compiled on its own. */
export interface LoneState {
  readonly workflow: CompiledWorkflow;
  readonly slug: string;
  readonly triggers: ReadonlyMap<string, TriggerDefinition>;
  /** What starts an item of a Map. */
  readonly item: TriggerDefinition | undefined;
  /** From the slugs that the state leads to, to the names of the states. */
  readonly targets: ReadonlyMap<string, string>;
}

export const WORKFLOW = 'TestState';

/** Compiles the state within a machine that has nothing else but the states it leads to. */
export function compileLoneState(
  { state, language }: FoundState,
  contextObject: Readonly<Record<string, unknown>>,
  limits: Limits,
): { readonly lone: LoneState } | { readonly refused: Refusal } {
  const slug = unusedName(state);
  const targets = new Map<string, string>();
  const lead = (name: unknown, by: string): string => {
    targets.set(`${slug}-${by}`, String(name));
    return `${slug}-${by}`;
  };
  const tested = redirected(state, lead);
  const others = Object.fromEntries([...targets.keys()].map((each) => [each, { Type: 'Succeed' }]));
  const machine = { QueryLanguage: language, StartAt: slug, States: { [slug]: tested, ...others } };
  const { triggers, diagnostics } = compileAsl(machine, { limits });
  if (triggers === undefined) {
    const faults = diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message);
    return refusal('InvalidDefinition', `Invalid State Machine Definition: '${faults.join(', ')}'`);
  }
  const own = loneTriggers(triggers.triggers, { slug, contextObject });
  const lone: LoneState = {
    workflow: compileWorkflow(WORKFLOW, 1, { ...triggers, triggers: own }, limits),
    slug,
    triggers: new Map(own.map((each) => [each.id, each])),
    item: triggers.triggers.find(({ id }) => id === names.item(slug)),
    targets,
  };
  return { lone };
}

/** A name that no state inside has. */
function unusedName(state: object): string {
  const text = JSON.stringify(state);
  let name = 'tested';
  while (text.includes(name)) name += '_';
  return name;
}

/** The state, leading to names of its own: one per transition, so that the name tells which was taken. */
function redirected(state: FoundState['state'], lead: (name: unknown, by: string) => string): object {
  const { Next, Default, Catch, Choices } = state as {
    Next?: string;
    Default?: string;
    Catch?: readonly { Next: string }[];
    Choices?: readonly { Next: string }[];
  };
  const each = (list: readonly { Next: string }[], kind: string) =>
    list.map((one, place) => ({ ...one, Next: lead(one.Next, `${kind}-${place}`) }));
  return {
    ...state,
    ...(Next !== undefined && { Next: lead(Next, 'next') }),
    ...(Default !== undefined && { Default: lead(Default, 'default') }),
    ...(Catch !== undefined && { Catch: each(Catch, 'catch') }),
    ...(Choices !== undefined && { Choices: each(Choices, 'choice') }),
  };
}
