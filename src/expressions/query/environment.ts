import type { CloudEvent } from '../../model/cloud-event.ts';
import type { TriggerDefinition } from '../../model/documents.ts';
import type { ArnScope } from '../../model/step-functions-arns.ts';
import { contextObject, givenContextObject } from './context-object.ts';
import { drawsFor } from './draws.ts';
import { errorOutput } from './error-output.ts';
import type { ItemsFrom } from './item-source.ts';
import type { QuerySource } from './query.ts';

/** The part of what expressions see that queries read. */
export interface QueryEnvironment {
  readonly event: CloudEvent | null;
  readonly context: Readonly<Record<string, unknown>>;
  readonly run: {
    readonly id: string;
    readonly workflow: string;
    readonly input: unknown;
    readonly labels: Readonly<Record<string, string>>;
    /** milliseconds of the epoch */
    readonly startedAt: number;
    readonly arns?: ArnScope;
    readonly redrives?: { readonly count: number; readonly at: number };
  };
  readonly vars: Readonly<Record<string, unknown>>;
  readonly item: unknown;
  readonly index: number | null;
  /** Where the items of a Map were read from, while they are put into batches. */
  readonly readFrom?: readonly ItemsFrom[];
  /** milliseconds of the epoch */
  readonly now: number;
  readonly state: NonNullable<TriggerDefinition['state']> | null;
}

/** What a query starts from. */
export function sourceOf(environment: QueryEnvironment, from: QuerySource): unknown {
  const { event, context } = environment;
  switch (from) {
    case 'results':
      return context['results'];
    case 'error':
      return errorOutput(event?.data);
    case 'value':
      return (event?.data as { value?: { input?: unknown } } | undefined)?.value?.input ?? null;
    case 'held':
      return event?.token?.input ?? null;
    default:
      return event?.data ?? null;
  }
}

/** What the state was entered with. */
export function inputOf(environment: QueryEnvironment, from: QuerySource): unknown {
  if (from === 'input' || from === 'value' || from === 'held') return sourceOf(environment, from);
  return environment.event?.token?.input ?? null;
}

/** What paths and expressions of one evaluation read: variables, `$$`, time and draws that a repeated step repeats. */
export class QueryReader {
  readonly #environment: QueryEnvironment;
  readonly #given: unknown;
  readonly #field: string;
  #context: unknown;
  #draws: (() => number) | undefined;
  input: unknown;

  /** `given`: the context object, where it is not made from the run. `field`: fields of a state draw on their own. */
  constructor(environment: QueryEnvironment, input: unknown, given?: unknown, field = '') {
    this.#environment = environment;
    this.#given = given;
    this.#field = field;
    this.input = input;
  }

  get variables(): Readonly<Record<string, unknown>> {
    return this.#environment.vars;
  }
  get now(): number {
    return this.#environment.now;
  }
  context(): unknown {
    this.#context ??=
      this.#given === undefined
        ? contextObject(this.#environment)
        : givenContextObject(this.#given, this.#environment);
    return this.#context;
  }
  random(): number {
    this.#draws ??= drawsFor(this.#environment, this.#field);
    return this.#draws();
  }
}
