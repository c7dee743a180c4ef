import type { TidegateClient } from '../../../src/client/index.ts';
import type { CloudEvent } from '../../../src/model/cloud-event.ts';
import type { InvokePolicy } from '../../../src/model/documents.ts';
import type { Random } from '../../simulator/world/random.ts';
import type { Channel, Ledger } from '../ledger.ts';

/** Sends something to the log, through a front end or the broker's own client. */
export interface Send {
  readonly afterMs: number;
  readonly event?: CloudEvent;
  /** Instead of an event. */
  readonly text?: string;
  /** Default: either. */
  readonly channel?: Channel;
  readonly mayDie?: readonly string[];
  readonly mustDie?: boolean;
  /** Sent once, whether an answer comes or not. */
  readonly once?: boolean;
}

/** Asks a front end for something, until it is done; then what follows from it. */
export interface Request {
  readonly afterMs: number;
  readonly what: string;
  readonly call: (client: TidegateClient) => Promise<void>;
  readonly then?: readonly Deed[];
}
export type Deed = Send | Request;

/** What a workload needs to know of its world. */
export interface LoadSurroundings {
  /** Where the functions are. */
  readonly functions: string;
  readonly ledger: Ledger;
}

/** Work for a chaos run: what is deployed before, and what is done in each turn of a second. */
export interface Workload {
  readonly kind: string;
  readonly workflows: readonly {
    readonly name: string;
    readonly format: string;
    readonly definition: unknown;
  }[];
  turn(random: Random, turn: number): readonly Deed[];
  /** More of it in one go. */
  burst?(random: Random, turn: number): readonly Deed[];
}
export type WorkloadMaker = (around: LoadSurroundings) => Workload;

export const TURN_MS = 1_000;

/** A call is repeated until it succeeds, whatever happens. */
export const PATIENT: InvokePolicy = {
  timeoutMs: 2_000,
  retry: { maxAttempts: 1_000, intervalMs: 100, backoffRate: 1.5, maxDelayMs: 1_000 },
};

export function httpCall(functions: string, path: string, body: unknown) {
  return { type: 'http', url: `${functions}${path}`, method: 'POST', body, ...PATIENT };
}

export function eventFor(
  workflow: string,
  run: string | undefined,
  id: string,
  type: string,
  more: Partial<CloudEvent> = {},
): CloudEvent {
  return {
    specversion: '1.0',
    id,
    source: '/chaos',
    type,
    workflow,
    ...(run !== undefined && { run }),
    ...more,
  };
}

/** Starts a run under an id of its own, so that asking again starts nothing twice. */
export function startOf(
  workflow: string,
  id: string,
  input: unknown,
  afterMs: number,
  then?: readonly Deed[],
): Request {
  return {
    afterMs,
    what: `start of ${workflow}/${id}`,
    call: async (client) => void (await client.startRun(workflow, { id, input })),
    ...(then && { then }),
  };
}
