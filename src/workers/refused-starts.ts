import { COMMANDS, type RunParent, type RunState } from '../engine/index.ts';
import type { CloudEvent } from '../model/cloud-event.ts';
import { runKeyOf, splitRunKey } from '../model/run.ts';

/** A start that somebody waits for and that cannot begin a run of its own. */
export interface RefusedStart {
  readonly parent: RunParent;
  readonly error: string;
  readonly cause: string;
}

/**
 * Finds, among the starts of one batch, those whose waiting run would wait for ever: there is no such workflow, or the run is
 * there already for somebody else. Whoever waits must hear of it before the start's position is passed.
 */
export class RefusedStarts {
  /** Runs that begin in this batch, with the effects that wait for them. */
  readonly #beginning = new Map<string, string | undefined>();

  /** The next batch begins. */
  clear(): void {
    if (this.#beginning.size > 0) this.#beginning.clear();
  }

  /** `held`: the run as it is now. `known`: the workflow and version that the start names are there. */
  judge(event: CloudEvent, held: RunState | undefined, known: boolean): RefusedStart | undefined {
    const { parent } = (event.data ?? {}) as { parent?: RunParent };
    const key = runKeyOf(event.workflow!, event.run!);
    if (parent !== undefined && !known) {
      return {
        parent,
        error: 'WORKFLOW_NOT_FOUND',
        cause: `there is no such workflow as "${event.workflow}"`,
      };
    }
    const begun = held !== undefined || this.#beginning.has(key);
    const owner = held === undefined ? this.#beginning.get(key) : held.parent?.effect;
    if (!begun) this.#beginning.set(key, parent?.effect);
    if (parent === undefined || !begun || owner === parent.effect) return undefined;
    return {
      parent,
      error: 'RUN_EXISTS',
      cause: `run "${key}" is there already, and somebody else started it`,
    };
  }
}

/** The event that tells the run that waits; it has an id of its own, so that a repeat is dropped. */
export function refusalEvent({ parent, error, cause }: RefusedStart): CloudEvent {
  const { workflow, run } = splitRunKey(parent.run);
  return {
    specversion: '1.0',
    id: `${parent.effect}:refused`,
    source: `/${parent.run}`,
    type: COMMANDS.runEnded,
    workflow,
    run,
    data: { effect: parent.effect, status: 'FAILED', output: null, error, cause },
  };
}
