export type { CommandData } from './commands.ts';
export { actionsByOutcome, type CompiledTrigger, compileTrigger } from './compiled-trigger.ts';
export {
  type CompiledWorkflow,
  compileCorrelation,
  compileInterception,
  compileWorkflow,
} from './compiled-workflow.ts';
export { NOTIFY_PARENT } from './end-run.ts';
export type { ForkChange } from './forks.ts';
export type { HistoryEntry } from './history.ts';
export { COMMAND_PREFIX, COMMANDS, type Input } from './input.ts';
export { type DeadLetterDraft, emptyOutbox, type Outbox, type WatchedFiring } from './outbox.ts';
export { beginRedrive, recordRedrive, stepWithoutFailures } from './redrive.ts';
export { freshRun, type ReplayedRun, replayInput } from './replay.ts';
export { nextDelayMs } from './retry.ts';
export { REVOKE, type RevokeRequest } from './revoke.ts';
export { decodeBody, drainRun, type EncodedChange, loadRun } from './run-codec.ts';
export { type RunParent, RunState } from './run-state.ts';
export { breakRun, step } from './step.ts';
export { CONTINUE_TIMER, RUN_TIMER, type Timer } from './timer.ts';
export type { TriggerContext } from './trigger-context.ts';
