import { errorOutput } from '../../../expressions/index.ts';
import { isDistributed, mapRunLabel } from '../map-parts.ts';
import type { Chronicle } from './chronicle.ts';
import type { NamedState } from './states.ts';

interface OpenMapRun {
  readonly state: NamedState;
  /** Of the Map state. */
  readonly path: string;
  readonly mapRunArn: string;
}

/** The Map Runs that the execution has open. */
export class MapRuns {
  readonly #log: Chronicle;
  readonly #arn: (label: string, id: string) => string;
  readonly #open = new Map<string, OpenMapRun>();

  constructor(log: Chronicle, arn: (label: string, id: string) => string) {
    this.#log = log;
    this.#arn = arn;
  }

  /** False: the state has none. */
  start(named: NamedState, path: string, id: string): boolean {
    const { slug, name, state } = named;
    if (state.Type !== 'Map' || !isDistributed(state)) return false;
    const mapRunArn = this.#arn(mapRunLabel(state, name), id);
    this.#open.set(keyOf(path, slug), { state: named, path, mapRunArn });
    this.#log.add(path, 'MapRunStarted', { mapRunArn });
    return true;
  }

  /** All that are open go on, for the first time or once more. `goesOn`: is told where each does. */
  redrive(goesOn: (path: string, state: NamedState, event: number) => void): void {
    for (const { state, path, mapRunArn } of this.#open.values()) {
      const before = this.#log.events.filter(
        ({ type, details }) => type === REDRIVEN && details?.['mapRunArn'] === mapRunArn,
      );
      const details = { mapRunArn, redriveCount: before.length + 1 };
      goesOn(path, state, this.#log.add(path, REDRIVEN, details));
    }
  }

  abort({ slug }: NamedState, path: string): void {
    if (this.#open.delete(keyOf(path, slug))) this.#log.note(path, 'MapRunAborted');
  }

  succeed({ slug }: NamedState, path: string): void {
    if (this.#open.delete(keyOf(path, slug))) this.#log.note(path, 'MapRunSucceeded');
  }

  /** `data`: of the event that tells of the failure. */
  fail({ slug }: NamedState, path: string, data: unknown): void {
    if (!this.#open.delete(keyOf(path, slug))) return;
    const { Error: error, Cause: cause } = errorOutput(data);
    this.#log.note(path, 'MapRunFailed', {
      ...(error !== undefined && { error }),
      ...(cause !== undefined && { cause }),
    });
  }
}

const REDRIVEN = 'MapRunRedriven';

function keyOf(path: string, slug: string): string {
  return `${path}|${slug}`;
}
