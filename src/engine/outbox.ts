import type { Operation } from '../actions/index.ts';
import type { CloudEvent } from '../model/cloud-event.ts';
import type { Effect } from '../model/effect.ts';
import type { ErrorCode } from '../model/errors.ts';
import type { TriggerFault } from './attention.ts';
import type { CompiledTrigger } from './compiled-trigger.ts';
import type { RunState } from './run-state.ts';

/** What steps ask of the worker beside the changed run; gathered over a batch, acted on after its checkpoint. */
export interface Outbox {
  /** To be performed, in this order. */
  readonly effects: Effect[];
  /** Ids of effects nobody waits for any more. */
  readonly cancelled: string[];
  /** `at` undefined: the timer is gone. */
  readonly timers: { readonly run: string; readonly id: string; readonly at: number | undefined }[];
  readonly deadLetters: DeadLetterDraft[];
  /** What became of commands. `existed`: a start found the run there already, with the same input. */
  readonly replies: {
    readonly command: string;
    readonly run: string;
    readonly existed?: boolean;
    readonly error?: { readonly code: ErrorCode; readonly message: string };
  }[];
  /** Events, the engine's own among them, that activated a trigger. */
  matched: number;
  /** Told of every event that is delivered inside a run; for watchers and tests. */
  tap: ((run: RunState, event: CloudEvent) => void) | undefined;
  /** Told of every outcome that was acted on, after the effects it planned stand in `effects`; for viewers. */
  watch: ((run: RunState, firing: WatchedFiring) => void) | undefined;
}

/** What a trigger did on an outcome. */
export interface WatchedFiring {
  readonly trigger: CompiledTrigger;
  /** Path of the scope it fired in. */
  readonly scope: string;
  readonly outcome: string;
  /** Absent: a condition's own timer. */
  readonly event: CloudEvent | undefined;
  /** What failed, where the outcome is `error`. */
  readonly fault: TriggerFault | undefined;
  readonly operations: readonly Operation[];
}

/** A dead letter before the worker adds partition, time and id. */
export interface DeadLetterDraft {
  readonly reason: ErrorCode | string;
  readonly message: string;
  readonly run: string;
  readonly trigger?: string;
  readonly event?: CloudEvent;
  readonly effect?: Effect;
}

/** An outbox for the steps of a new batch. */
export function emptyOutbox(): Outbox {
  return {
    effects: [],
    cancelled: [],
    timers: [],
    deadLetters: [],
    replies: [],
    matched: 0,
    tap: undefined,
    watch: undefined,
  };
}
