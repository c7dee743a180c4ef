import { scopePath } from '../../../triggers/index.ts';
import type { Chronicle } from './chronicle.ts';
import type { MapRuns } from './map-runs.ts';
import { isInlineMap, type NamedState } from './states.ts';

interface OpenScope {
  readonly parent: string;
  readonly fork: NamedState;
  readonly index: number;
}

/** States that can be under way when the scope around them is cut off. */
const ABORTABLE: ReadonlySet<string> = new Set(['Task', 'Wait', 'Parallel', 'Map']);

/** The branches and iterations that are under way, and the states they are in. */
export class ForkedPaths {
  readonly #log: Chronicle;
  readonly #mapRuns: MapRuns;
  readonly #open = new Map<string, OpenScope>();
  /** State that the path is in, by path. */
  readonly #in = new Map<string, NamedState>();
  /** Event that started the scopes, by parent and slug. */
  readonly #starts = new Map<string, number>();

  constructor(log: Chronicle, mapRuns: MapRuns) {
    this.#log = log;
    this.#mapRuns = mapRuns;
  }

  enter(path: string, state: NamedState): void {
    this.#in.set(path, state);
  }
  leave(path: string): void {
    this.#in.delete(path);
  }

  /** The state has opened its scopes. */
  fork(path: string, { slug }: NamedState, started: number): void {
    this.#starts.set(`${path}|${slug}`, started);
  }

  /** Scopes that are yet to open begin at that event; all of a Map Run go on from its own. */
  redrive(event: number): void {
    for (const key of this.#starts.keys()) this.#starts.set(key, event);
    this.#mapRuns.redrive((path, state, redriven) => {
      this.fork(path, state, redriven);
      for (const [inner, { parent, fork }] of this.#open)
        if (parent === path && fork.slug === state.slug) this.#log.goOn(inner, redriven);
    });
  }

  start(path: string, fork: NamedState, index: number): void {
    const parent = scopePath.ancestorPath(path, scopePath.depthOf(path) - 1);
    this.#open.set(path, { parent, fork, index });
    this.#log.goOn(path, this.#starts.get(`${parent}|${fork.slug}`) ?? 0);
    if (isInlineMap(fork)) this.#log.add(path, 'MapIterationStarted', { name: fork.name, index });
  }

  /** `told`: an iteration's end is an event of its own. The path around goes on from where this one ended. */
  end(path: string, outcome: string, told: boolean): void {
    const scope = this.#open.get(path);
    if (scope === undefined) return;
    const { fork, parent, index } = scope;
    if (told && isInlineMap(fork)) {
      if (outcome === 'succeeded') this.#log.add(path, 'MapIterationSucceeded', { name: fork.name, index });
      else this.#log.note(path, 'MapIterationFailed', { name: fork.name, index });
    }
    this.#log.goOn(parent, this.#log.tail(path));
    this.#close(path);
  }

  /** All that the state has open is cut off. */
  abort(path: string, { slug }: NamedState, told: boolean): void {
    for (const [inner, { parent, fork, index }] of [...this.#open]) {
      if (parent !== path || fork.slug !== slug) continue;
      const state = this.#in.get(inner);
      if (state !== undefined) {
        const { Type } = state.state;
        if (Type === 'Parallel' || Type === 'Map') this.abort(inner, state, told);
        if (told) this.#mapRuns.abort(state, inner);
        if (told && ABORTABLE.has(Type)) this.#log.note(inner, `${Type}StateAborted`);
      }
      if (told && isInlineMap(fork)) this.#log.note(inner, 'MapIterationAborted', { name: fork.name, index });
      this.#close(inner);
    }
  }

  #close(path: string): void {
    this.#open.delete(path);
    this.#in.delete(path);
    this.#log.close(path);
  }
}
