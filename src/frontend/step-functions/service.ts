import type { Effect } from '../../model/effect.ts';
import type { Limits } from '../../model/limits.ts';
import type { ArnScope } from '../../model/step-functions-arns.ts';
import type { Gateway } from '../../workers/gateway.ts';
import type { Clock } from '../../workers/index.ts';
import type { ExecutionHistories } from '../execution-histories.ts';
import type { Scope } from '../scopes.ts';
import type { AliasRecords } from './alias-records.ts';
import type { MachineRecords } from './machine-records.ts';
import type { Members } from './members.ts';
import type { VersionRecords } from './version-records.ts';

/** Performs a Task for a test of its state. Rejects with an EffectError. */
export type PerformTask = (effect: Effect) => Promise<unknown>;

/** What all operations share. */
export interface Service {
  readonly gateway: Gateway;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly arns: ArnScope;
  readonly machines: MachineRecords;
  readonly versions: VersionRecords;
  readonly aliases: AliasRecords;
  readonly histories: ExecutionHistories;
  /** Of an input or output at most, in UTF-8. */
  readonly payloadBytes: number;
  /** Milliseconds that GetActivityTask waits for a task. */
  readonly activityPollMs: number;
  readonly performTask: PerformTask | undefined;
  /** A fresh UUID. */
  uuid(): string;
}

/** One request as its operation sees it. */
export interface OperationCall {
  readonly members: Members;
  /** Aborted when the client has gone or the server begins to close. */
  readonly leaving: AbortSignal;
  /** To be called with what is to be done once the answer is with the client (true), or could not be given (false). */
  afterAnswer(callback: (given: boolean) => void): void;
}

export interface Operation {
  /** What the caller must be allowed to do. */
  readonly scope: Scope;
  /** Answers the body. Throws ServiceErrors, and TidegateErrors that are none of the caller's fault. */
  handle(service: Service, call: OperationCall): Promise<object>;
}

/** Epoch seconds, as the service writes times. */
export function seconds(ms: number): number {
  return ms / 1_000;
}
