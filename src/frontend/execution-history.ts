import { isDeepStrictEqual } from 'node:util';
import {
  compileDefinition,
  type ExecutionEvent,
  type ExecutionTelling,
  executionTelling,
  type StateMachine,
} from '../compilers/index.ts';
import { compileWorkflow } from '../engine/index.ts';
import { TidegateError } from '../model/errors.ts';
import { type RunDocument, runKeyOf } from '../model/run.ts';
import type { ArnScope } from '../model/step-functions-arns.ts';
import type { StoredWorkflow } from '../stores/index.ts';
import type { Gateway, HistoryPage } from '../workers/gateway.ts';
import { type HistoryItem, historyEntry } from '../workers/index.ts';

/** Inputs read at once. */
const PAGE = 1000;

export interface ExecutionHistorySubject {
  readonly run: RunDocument;
  /** In the version of the run. */
  readonly workflow: StoredWorkflow;
  readonly gateway: Gateway;
  readonly arns?: ArnScope;
  readonly roleArn?: string;
}

/**
 * The history of a run of a state machine as AWS Step Functions would tell it, recomputed from the inputs that are stored.
 * Throws UNSUPPORTED_FORMAT for a run of anything else.
 */
export function executionHistory(subject: ExecutionHistorySubject): Promise<readonly ExecutionEvent[]> {
  return new ExecutionHistory(subject).events();
}

/** A history that is told on, each time it is asked for, from where it was. */
export class ExecutionHistory {
  readonly #subject: ExecutionHistorySubject;
  #telling: ExecutionTelling | undefined;
  /** The input that was taken last. */
  #last: HistoryItem | undefined;
  #before: Promise<unknown> = Promise.resolve();

  constructor(subject: ExecutionHistorySubject) {
    this.#subject = subject;
  }

  /** All so far, oldest first. Throws as `executionHistory`. */
  events(): Promise<readonly ExecutionEvent[]> {
    const next = () => this.#tellOn();
    const events = this.#before.then(next, next);
    this.#before = events;
    return events;
  }

  async #tellOn(): Promise<readonly ExecutionEvent[]> {
    try {
      if (!(await this.#goesOn())) this.#forget();
      this.#telling ??= tellingOf(this.#subject);
      let cursor: string | undefined = String((this.#last?.sequence ?? 0) + 1);
      do {
        const page: HistoryPage = await this.#page(cursor, PAGE);
        for (const item of page.items) this.#telling.take(historyEntry(item));
        this.#last = page.items.at(-1) ?? this.#last;
        cursor = page.cursor;
      } while (cursor !== undefined);
      return this.#telling.events.slice();
    } catch (error) {
      this.#forget();
      throw error;
    }
  }

  /** Not where the store has lost its last moments, and the run took another course since. */
  async #goesOn(): Promise<boolean> {
    if (this.#last === undefined) return true;
    const { items } = await this.#page(String(this.#last.sequence), 1);
    return isDeepStrictEqual(items[0], this.#last);
  }

  #forget(): void {
    this.#telling = undefined;
    this.#last = undefined;
  }

  #page(cursor: string, limit: number): Promise<HistoryPage> {
    const { run, gateway } = this.#subject;
    return gateway.history(run.workflow, run.id, { limit, cursor });
  }
}

function tellingOf({
  run,
  workflow: { name, version, format, definition },
  gateway: { limits },
  ...options
}: ExecutionHistorySubject): ExecutionTelling {
  const { triggers } = format === 'asl' ? compileDefinition(format, definition, { limits }) : {};
  if (triggers === undefined)
    throw new TidegateError(
      'UNSUPPORTED_FORMAT',
      `workflow "${name}" has the format "${format}"; only executions of a state machine (asl) have such a history`,
    );
  const { labels, input, startedAt } = run;
  const start = { key: runKeyOf(run.workflow, run.id), input, startedAt: Date.parse(startedAt), labels };
  const compiled = compileWorkflow(name, version, triggers, limits);
  return executionTelling(definition as StateMachine, compiled, start, options);
}
