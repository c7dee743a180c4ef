import type { CloudEvent } from '../../../src/model/cloud-event.ts';
import type { ActionDefinition, InvokePolicy } from '../../../src/model/documents.ts';
import { STANDING_RUN } from '../../../src/model/run.ts';
import type { Outcome } from '../outcome.ts';
import type { Send } from '../world/producer.ts';
import type { Random } from '../world/random.ts';
import type { Behaviour, TaskBehaviour } from '../world/targets.ts';

/** Work for a simulation: what is deployed, what is sent when, what the functions do, and what must come of it. */
export interface Workload {
  readonly kind: string;
  readonly workflows: readonly {
    readonly name: string;
    readonly format: string;
    readonly definition: unknown;
  }[];
  readonly sends: readonly Send[];
  readonly functions?: Readonly<Record<string, Behaviour>>;
  /** What the tasks of its state machines do. */
  readonly tasks?: TaskBehaviour;
  /** What the workload itself knows of the end; one line for each thing that is wrong. */
  check?(outcome: Outcome): string[];
}

export type WorkloadMaker = (random: Random, name: string) => Workload;

/** Milliseconds over which a workload sends. */
export const SPAN_MS = 3_000;

/** Lets a call be repeated until it succeeds, however many faults strike. */
export const PATIENT: InvokePolicy = {
  timeoutMs: 1_000,
  retry: { maxAttempts: 1_000, intervalMs: 40, maxDelayMs: 400, errors: ['EFFECT_FAILED', 'EFFECT_TIMEOUT'] },
};

/** The same to a target that takes few calls at once, or few a second. */
export function patient(random: Random): InvokePolicy {
  return {
    ...PATIENT,
    ...(random.chance(0.3) && { concurrency: random.int(1, 2) }),
    ...(random.chance(0.1) && { ratePerSecond: random.int(20, 100) }),
  };
}

/** A call that tells the world of a firing. */
export function record(
  trigger: string,
  more: Record<string, unknown> = {},
  policy: InvokePolicy = PATIENT,
): ActionDefinition {
  return { type: 'function', name: 'record', input: { trigger, ...more }, ...policy };
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
    source: '/producer',
    type,
    workflow,
    ...(run !== undefined && { run }),
    ...more,
  };
}

export function commandFor(
  workflow: string,
  run: string,
  id: string,
  type: string,
  data: unknown,
): CloudEvent {
  return { ...eventFor(workflow, run, id, type), data };
}

export function standingEvent(workflow: string, id: string, type: string, more: Partial<CloudEvent> = {}) {
  return eventFor(workflow, STANDING_RUN, id, type, more);
}
