import type { ActionDefinition, ActivationEvent, InvokePolicy, TriggerRule } from '../../model/documents.ts';

/** What a task does; `value` and `wait` never leave the engine. */
export type TaskAction =
  | { readonly kind: 'invoke'; readonly action: ActionDefinition }
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'wait'; readonly afterMs?: number; readonly until?: string };

/** What a task or group is mapped over. */
export interface Mapping {
  readonly items: unknown;
  readonly combine: 'product' | 'zip' | undefined;
  readonly concurrency: number | undefined;
  readonly pointer: string;
}

export interface Branching {
  readonly kind: 'branch';
  /** CEL over `result`; undefined: the result itself. */
  readonly choose: string | undefined;
}
export interface ShortCircuit {
  readonly kind: 'short-circuit';
  readonly continueWhen: string | undefined;
  readonly ignoreRules: boolean;
}

/** A task as read: names in `needs` are not resolved yet. */
export interface TaskSource {
  readonly id: string;
  readonly name: string;
  readonly pointer: string;
  /** The groups around it, outermost first. */
  readonly groups: readonly Group[];
  readonly needs: readonly Reference[];
  readonly rule: TriggerRule | undefined;
  readonly action: TaskAction;
  readonly mapping: Mapping | undefined;
  readonly decision: Branching | ShortCircuit | undefined;
  readonly skipWhen: string | undefined;
  readonly setup: boolean;
  /** The setups of a teardown; undefined: the task is none. */
  readonly teardownOf: readonly Reference[] | undefined;
  readonly failsRun: boolean;
  readonly policy: InvokePolicy;
  /** A task of `onFailure`. */
  readonly handler: boolean;
}

export interface Reference {
  readonly name: string;
  readonly pointer: string;
}

export interface Group {
  readonly id: string;
  readonly name: string;
  readonly pointer: string;
  readonly groups: readonly Group[];
  readonly needs: readonly Reference[];
  readonly mapping: Mapping | undefined;
}

/** A task with everything around it known. */
export interface Task extends Omit<TaskSource, 'needs' | 'teardownOf' | 'rule'> {
  readonly rule: TriggerRule;
  readonly teardown: boolean;
  /** Direct upstream tasks, each once. */
  readonly needs: Task[];
  readonly downstream: Task[];
  /** The mapped group the task lives in. */
  readonly mappedGroup: Group | undefined;
}

/** The whole document, read as far as it makes sense. */
export interface DagSource {
  readonly tasks: readonly TaskSource[];
  readonly groups: readonly Group[];
  readonly timeoutMs: number | undefined;
  readonly history: boolean | undefined;
  readonly startOn: readonly ActivationEvent[] | undefined;
  readonly output: unknown;
}
