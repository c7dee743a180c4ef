import type { Effect } from '../../../model/effect.ts';
import type { Limits } from '../../../model/limits.ts';
import type { ArnScope } from '../../../model/step-functions-arns.ts';

/** What TestState of AWS Step Functions is asked with; every `string` that holds a value is JSON. */
export interface TestStateRequest {
  /** A state, or with `stateName` a whole state machine. */
  readonly definition: string;
  readonly stateName?: string | undefined;
  readonly roleArn?: string | undefined;
  /** Default `{}`. */
  readonly input?: string | undefined;
  /** An object. Only together with a mock. */
  readonly context?: string | undefined;
  /** An object of variable name to value. */
  readonly variables?: string | undefined;
  readonly mock?: Mock | undefined;
  /** Default `INFO`. */
  readonly inspectionLevel?: 'INFO' | 'DEBUG' | 'TRACE' | undefined;
  readonly revealSecrets?: boolean | undefined;
  readonly stateConfiguration?: StateConfiguration | undefined;
}

/** What the state's work comes to: a result or an error. */
export interface Mock {
  readonly result?: string | undefined;
  readonly errorOutput?:
    | { readonly error?: string | undefined; readonly cause?: string | undefined }
    | undefined;
  readonly fieldValidationMode?: 'STRICT' | 'PRESENT' | 'NONE' | undefined;
}

export interface StateConfiguration {
  /** Attempts that the retrier of the mocked error has granted already. */
  readonly retrierRetryCount?: number | undefined;
  /** State inside the Map or Parallel state in which the mocked error arose. */
  readonly errorCausedByState?: string | undefined;
  readonly mapIterationFailureCount?: number | undefined;
  /** What the ItemReader reads, as it stands in its source: JSON, JSON Lines or CSV. */
  readonly mapItemReaderData?: string | undefined;
}

export type TestStatus = 'SUCCEEDED' | 'FAILED' | 'RETRIABLE' | 'CAUGHT_ERROR';

/** What TestState answers. `output` and the `string`s of the inspection are JSON. */
export interface TestStateAnswer {
  readonly status: TestStatus;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly nextState?: string;
  /** Absent at the level INFO. */
  readonly inspectionData?: InspectionData;
}

export interface InspectionData {
  readonly input?: string;
  readonly afterInputPath?: string;
  readonly afterParameters?: string;
  readonly afterArguments?: string;
  readonly result?: string;
  readonly afterResultSelector?: string;
  readonly afterResultPath?: string;
  readonly variables?: string;
  readonly afterItemsPath?: string;
  readonly afterItemsPointer?: string;
  readonly afterItemSelector?: string;
  readonly afterItemBatcher?: string;
  readonly toleratedFailureCount?: number;
  readonly toleratedFailurePercentage?: number;
  readonly maxConcurrency?: number;
  readonly errorDetails?: ErrorDetails;
}

export interface ErrorDetails {
  readonly catchIndex?: number;
  readonly retryIndex?: number;
  readonly retryBackoffIntervalSeconds?: number;
}

/** A request that the service does not take, with the error it answers. */
export interface Refusal {
  readonly code: 'InvalidDefinition' | 'InvalidExecutionInput' | 'ValidationException';
  readonly message: string;
}

export interface TestStateOptions {
  readonly limits: Limits;
  /** Milliseconds of the epoch: when the state is entered. */
  readonly now: number;
  /** Of the ARNs in the context object. */
  readonly arns?: ArnScope;
  /**
   * Performs a Task that is not mocked, in the time that its policy gives. Rejects with an EffectError whose code and message
   * are the error's name and cause. Absent: such a task fails.
   */
  readonly perform?: ((effect: Effect) => Promise<unknown>) | undefined;
}

export function refusal(code: Refusal['code'], message: string): { readonly refused: Refusal } {
  return { refused: { code, message } };
}
