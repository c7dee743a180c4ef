import type { CompiledWorkflow, HistoryEntry, RunState } from '../../src/engine/index.ts';
import type { CloudEvent } from '../../src/model/cloud-event.ts';
import type { Limits } from '../../src/model/limits.ts';
import type { DeadLetter, RunHead } from '../../src/stores/state-store.ts';
import type { FaultKind } from './world/faults.ts';
import type { AppliedCheckpoint } from './world/simulated-store.ts';
import type { Call } from './world/targets.ts';

/** A run as the store holds it at the end. */
export interface FinalRun {
  readonly key: string;
  readonly head: RunHead;
  readonly cells: ReadonlyMap<string, string>;
  readonly history: readonly HistoryEntry[];
  readonly workflow: CompiledWorkflow;
  /** Loaded from head and cells. */
  readonly state: RunState;
}

/** Everything the checkers look at: what was put in, what was done, what stands at the end. */
export interface Outcome {
  readonly runs: ReadonlyMap<string, FinalRun>;
  readonly deadLetters: readonly DeadLetter[];
  readonly acknowledged: readonly { readonly event: CloudEvent | undefined; readonly text: string }[];
  readonly calls: readonly Call[];
  readonly applied: readonly AppliedCheckpoint[];
  readonly effectsStored: ReadonlySet<string>;
  readonly storeLives: number;
  /** Pairs of hashes stored per partition at the end. */
  readonly dedupeMarks: readonly number[];
  readonly limits: Limits;
  readonly faults: Partial<Record<FaultKind, number>>;
  /** What the parts of the world noticed at the moment it happened. */
  readonly noticed: readonly string[];
}

/** The events from outside that the run took as inputs, in order. */
export function eventsOf(run: FinalRun): CloudEvent[] {
  return run.history.flatMap((entry) => (entry.kind === 'event' ? [entry.event] : []));
}
