import type { RunDocument } from '../../model/run.ts';
import type { ArnScope } from '../../model/step-functions-arns.ts';
import type { StoredWorkflow } from '../../stores/index.ts';
import type { Gateway } from '../../workers/gateway.ts';

export type MachineType = 'STANDARD' | 'EXPRESS';

/** An event of an execution's history in the service's shape, but for its time. */
export interface HistoryEvent {
  /** milliseconds of the epoch */
  readonly timestamp: number;
  readonly type: string;
  readonly id: number;
  readonly previousEventId: number;
  /** Details such as `stateEnteredEventDetails`. */
  readonly [details: string]: unknown;
}

/** A Map Run as DescribeMapRun and ListMapRuns show it. Times in milliseconds of the epoch. */
export interface MapRun {
  /** Label of the Distributed Map and the Map Run's own id, as in its ARN. */
  readonly label: string;
  readonly id: string;
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly maxConcurrency: number;
  readonly toleratedFailurePercentage: number;
  readonly toleratedFailureCount: number;
  readonly itemCounts: MapRunCounts;
  readonly executionCounts: MapRunCounts;
  readonly redriveCount?: number;
  readonly redrivenAt?: number;
}
export interface MapRunCounts {
  readonly pending: number;
  readonly running: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly aborted: number;
  readonly total: number;
  readonly resultsWritten: number;
  readonly failuresNotRedrivable?: number;
  readonly pendingRedrive?: number;
}
export interface MapRunChange {
  readonly maxConcurrency?: number;
  readonly toleratedFailurePercentage?: number;
  readonly toleratedFailureCount?: number;
}

/** What the API asks of the parts of Amazon States Language; where one is absent the operations that need it say so. */
export interface StatesLanguageParts {
  /** The whole history of a run in the service's terms, oldest first; `inputs` are what Tidegate's own history holds. */
  executionHistory?(subject: {
    readonly run: RunDocument;
    readonly workflow: StoredWorkflow;
    readonly type: MachineType;
    readonly roleArn: string;
    readonly arns: ArnScope;
    readonly gateway: Gateway;
  }): Promise<readonly HistoryEvent[]>;
  /** Runs one state alone. `request` is the body of TestState, held to the service's constraints; the answer is TestState's. Throws ServiceError. */
  testState?(request: Readonly<Record<string, unknown>>): Promise<object>;
  readonly mapRuns?: MapRuns;
}

/** The Map Runs of executions. */
export interface MapRuns {
  /** Newest first. */
  list(workflow: string, run: string): Promise<readonly MapRun[]>;
  /** Undefined where there is none. `run` is the run that holds the Distributed Map. */
  get(
    workflow: string,
    label: string,
    id: string,
  ): Promise<{ readonly run: string; readonly mapRun: MapRun } | undefined>;
  update(workflow: string, label: string, id: string, change: MapRunChange): Promise<void>;
}
