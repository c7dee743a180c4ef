import { errorOutput } from '../../../expressions/index.ts';
import { isDistributed, mapRunLabel } from '../map-parts.ts';
import type { Chronicle } from './chronicle.ts';
import type { NamedState } from './states.ts';

/** The Map Runs that the execution has open. */
export class MapRuns {
  readonly #log: Chronicle;
  readonly #arn: (label: string, id: string) => string;
  readonly #open = new Set<string>();

  constructor(log: Chronicle, arn: (label: string, id: string) => string) {
    this.#log = log;
    this.#arn = arn;
  }

  /** False: the state has none. */
  start({ slug, name, state }: NamedState, path: string, id: string): boolean {
    if (state.Type !== 'Map' || !isDistributed(state)) return false;
    this.#open.add(keyOf(path, slug));
    this.#log.add(path, 'MapRunStarted', { mapRunArn: this.#arn(mapRunLabel(state, name), id) });
    return true;
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

function keyOf(path: string, slug: string): string {
  return `${path}|${slug}`;
}
