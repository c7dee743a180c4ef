import { activityNameOf, functionOf, integrationOf } from '../../../actions/index.ts';
import { errorOutput } from '../../../expressions/index.ts';
import type { Effect } from '../../../model/effect.ts';
import type { TaskState } from '../model.ts';
import type { Chronicle } from './chronicle.ts';
import { type EventDetails, inputDetails, outputDetails } from './execution-event.ts';

const SUFFIXES: Readonly<Record<string, string>> = {
  request: '',
  token: '.waitForTaskToken',
  sync: '.sync',
  'sync:2': '.sync:2',
};
const TIMED_OUT: readonly unknown[] = ['EFFECT_TIMEOUT', 'HEARTBEAT_TIMEOUT'];
const MS = 1000;

interface TaskRequest {
  readonly resource: string;
  readonly pattern: string;
  readonly arguments: unknown;
}

/** One attempt of a Task state, told as the service tells calls of its kind. */
export class TaskCall {
  readonly #log: Chronicle;
  readonly #effect: Effect;
  readonly #kind: 'LambdaFunction' | 'Activity' | 'Task';
  /** Names the integration in every event of such a call. */
  readonly #named: EventDetails;
  /** The service took it, or a worker did. */
  #underWay = false;

  constructor(log: Chronicle, effect: Effect) {
    const { resource, pattern } = effect.request as TaskRequest;
    this.#log = log;
    this.#effect = effect;
    this.#kind =
      functionOf(resource) !== undefined && pattern === 'request'
        ? 'LambdaFunction'
        : activityNameOf(resource) !== undefined
          ? 'Activity'
          : 'Task';
    this.#named = this.#kind === 'Task' ? integrationNames(resource, pattern) : {};
  }

  schedule(state: TaskState, region: string): void {
    const { request, policy } = this.#effect;
    const { resource, arguments: given } = request as TaskRequest;
    const timeout = setsTimeout(state) && policy.timeoutMs;
    const times: EventDetails = {
      ...(timeout && { timeoutInSeconds: timeout / MS }),
      ...(policy.heartbeatMs !== undefined &&
        this.#kind !== 'LambdaFunction' && { heartbeatInSeconds: policy.heartbeatMs / MS }),
    };
    if (this.#kind === 'Task') {
      const parameters = JSON.stringify(given ?? null);
      this.#add('Scheduled', { ...this.#named, region, parameters, ...times });
    } else this.#add('Scheduled', { resource, ...inputDetails(given), ...times });
    if (this.#kind !== 'Activity') this.#start();
  }

  /** The target has it, and reports by itself. Of an activity only its queue has it yet. */
  accept(): void {
    if (this.#kind === 'Task') this.#submit();
  }

  /** Whoever does the work was heard of. */
  beat(worker?: string): void {
    if (this.#kind === 'Activity' && !this.#underWay) this.#start(worker);
    this.accept();
  }

  succeed(result: unknown): void {
    this.#answer();
    this.#add('Succeeded', { ...this.#named, ...outputDetails(result) });
  }

  /** `data`: of the event that tells of the failure. */
  fail(data: unknown): void {
    const { Error: error, Cause: cause } = errorOutput(data);
    const timedOut = TIMED_OUT.includes((data as { error?: unknown } | null)?.error);
    if (this.#kind === 'Activity' && !timedOut) this.beat();
    this.#add(timedOut ? 'TimedOut' : this.#reportsLater && !this.#underWay ? 'SubmitFailed' : 'Failed', {
      ...this.#named,
      ...(error !== undefined && { error }),
      ...(cause && { cause }),
    });
  }

  /** An answer that came without word of the target having it. */
  #answer(): void {
    if (this.#kind === 'Activity' || this.#reportsLater) this.beat();
  }

  /** The call only submits the task: what becomes of it is told later. */
  get #reportsLater(): boolean {
    return (this.#effect.request as TaskRequest).pattern !== 'request';
  }

  #start(workerName?: string): void {
    if (this.#kind === 'Activity') this.#underWay = true;
    this.#add(
      'Started',
      this.#kind === 'Task' ? this.#named : workerName !== undefined ? { workerName } : undefined,
    );
  }

  #submit(): void {
    if (this.#underWay) return;
    this.#underWay = true;
    this.#add('Submitted', this.#named);
  }

  #add(what: string, details?: EventDetails): void {
    this.#log.add(this.#effect.scope, `${this.#kind}${what}`, details);
  }
}

function setsTimeout({ TimeoutSeconds, TimeoutSecondsPath }: TaskState): boolean {
  return TimeoutSeconds !== undefined || TimeoutSecondsPath !== undefined;
}

/** `arn:aws:states:::aws-sdk:s3:getObject` is the resource `getObject` of the type `aws-sdk:s3`. */
function integrationNames(resource: string, pattern: string): EventDetails {
  const integration = integrationOf(resource) ?? resource;
  const colon = integration.lastIndexOf(':');
  return {
    resourceType: integration.slice(0, colon),
    resource: integration.slice(colon + 1) + (SUFFIXES[pattern] ?? ''),
  };
}
