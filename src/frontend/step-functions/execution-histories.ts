import type { ExecutionEvent } from '../../compilers/index.ts';
import { isEnded, type RunDocument, runKeyOf } from '../../model/run.ts';
import type { ArnScope } from '../../model/step-functions-arns.ts';
import type { StoredWorkflow } from '../../stores/index.ts';
import type { Gateway } from '../../workers/gateway.ts';
import { executionHistory } from '../execution-history.ts';

/** Whole histories kept for the next page that is asked for. */
const KEPT = 8;

/** The histories of executions; those last asked for are at hand once their executions have ended. */
export class ExecutionHistories {
  readonly #gateway: Gateway;
  readonly #arns: ArnScope;
  readonly #ended = new Map<string, readonly ExecutionEvent[]>();

  constructor(gateway: Gateway, arns: ArnScope) {
    this.#gateway = gateway;
    this.#arns = arns;
  }

  /** All events, oldest first. `roleArn`: of the machine. */
  async of(run: RunDocument, workflow: StoredWorkflow, roleArn: string): Promise<readonly ExecutionEvent[]> {
    // A run of the same name may take the place of this one, and a redriven one goes on and has another end then.
    const key = [runKeyOf(run.workflow, run.id), run.startedAt, run.endedAt, roleArn].join(' ');
    const known = this.#ended.get(key);
    if (known !== undefined) return known;
    const events = await executionHistory({
      run,
      workflow,
      roleArn,
      gateway: this.#gateway,
      arns: this.#arns,
    });
    if (!isEnded(run.status)) return events;
    if (this.#ended.size >= KEPT) this.#ended.delete(this.#ended.keys().next().value as string);
    this.#ended.set(key, events);
    return events;
  }
}
