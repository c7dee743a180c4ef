import type { RunState } from '../engine/index.ts';
import type { EventLog } from '../logs/event-log.ts';
import type { CloudEvent } from '../model/cloud-event.ts';
import type { Effect } from '../model/effect.ts';
import type { ErrorCode } from '../model/errors.ts';
import type { Limits } from '../model/limits.ts';
import type { StateStore } from '../stores/state-store.ts';
import type { Clock } from './clock.ts';
import type { CommandSeal } from './command-seal.ts';
import type { Definitions } from './definitions.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { PartitionMetrics } from './partition-metrics.ts';

/** What became of a command. `existed`: a start found the run there already, with the same input. */
export interface CommandReply {
  readonly error?: { readonly code: ErrorCode; readonly message: string };
  readonly existed?: boolean;
}

/** What a partition tells the process it runs in; all of it after the checkpoint that made it true. */
export interface PartitionObserver {
  /** A command to this run was applied, or could not be. */
  replied(command: string, run: string, reply: CommandReply): void;
  /** True when somebody watches runs go on, so that notices of their tasks are worth making. */
  readonly watching: boolean;
  /** True when somebody watches runs or awaits their end. */
  readonly awaiting: boolean;
  changed(run: RunState): void;
  delivered(run: string, event: CloudEvent): void;
  effectStarted(effect: Effect): void;
}

export interface PartitionDependencies {
  readonly partition: number;
  readonly log: EventLog;
  readonly store: StateStore;
  readonly definitions: Definitions;
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly seal?: CommandSeal | undefined;
  readonly observer: PartitionObserver;
  readonly metrics: PartitionMetrics;
  /** Records of one batch at the most. */
  readonly batchRecords: number;
  /** Runs kept in memory at the most, beyond those under way. */
  readonly heldRuns: number;
  /** The loop before this one failed, and the process did not die of it. */
  readonly survived: boolean;
  /**
   * Milliseconds without a batch after which an empty checkpoint is written: it moves the position of an idle partition, and
   * finds out whether the store still is as this owner left it. Absent: never.
   */
  readonly idleCheckpointMs?: number;
  /** Called once the takeover is done. */
  onTaken?(): void;
}
