import type { ExecutionEvent } from '../compilers/index.ts';
import { runKeyOf } from '../model/run.ts';
import { ExecutionHistory, type ExecutionHistorySubject } from './execution-history.ts';

/** Whole histories kept for the next page that is asked for. */
const KEPT = 8;

/** The histories of executions; those last asked for are told on from where they were. */
export class ExecutionHistories {
  readonly #around: Pick<ExecutionHistorySubject, 'gateway' | 'arns'>;
  readonly #kept = new Map<string, ExecutionHistory>();

  constructor(around: Pick<ExecutionHistorySubject, 'gateway' | 'arns'>) {
    this.#around = around;
  }

  /** All events, oldest first. `roleArn`: of the machine. Throws UNSUPPORTED_FORMAT for a run of anything else. */
  of(
    subject: Pick<ExecutionHistorySubject, 'run' | 'workflow' | 'roleArn'>,
  ): Promise<readonly ExecutionEvent[]> {
    const { run, roleArn = '' } = subject;
    // A run of the same name may take the place of this one.
    const key = [runKeyOf(run.workflow, run.id), run.startedAt, roleArn].join(' ');
    const history = this.#kept.get(key) ?? new ExecutionHistory({ ...this.#around, ...subject });
    this.#kept.delete(key);
    this.#kept.set(key, history);
    if (this.#kept.size > KEPT) this.#kept.delete(this.#kept.keys().next().value as string);
    return history.events();
  }
}
