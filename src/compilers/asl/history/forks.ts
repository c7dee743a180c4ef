import { scopePath } from '../../../triggers/index.ts';
import type { Chronicle } from './chronicle.ts';
import type { MapRuns } from './map-runs.ts';
import { isInlineMap, type NamedState } from './states.ts';

interface OpenScope {
  readonly parent: string;
  readonly fork: NamedState;
  readonly index: number;
}

interface OpenFork {
  /** Event that its scopes begin at. */
  started: number;
  /** Those that are under way. */
  readonly scopes: Set<string>;
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
  /** By parent and slug. */
  readonly #forks = new Map<string, OpenFork>();

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
  fork(path: string, state: NamedState, started: number): void {
    const key = keyOf(path, state);
    const fork = this.#forks.get(key);
    if (fork === undefined) this.#forks.set(key, { started, scopes: new Set() });
    else fork.started = started;
  }

  /** Scopes that are yet to open begin at that event; all of a Map Run go on from its own. */
  redrive(event: number): void {
    for (const fork of this.#forks.values()) fork.started = event;
    this.#mapRuns.redrive((path, state, redriven) => {
      this.fork(path, state, redriven);
      for (const inner of this.#scopesOf(path, state)) this.#log.goOn(inner, redriven);
    });
  }

  start(path: string, fork: NamedState, index: number): void {
    const parent = scopePath.ancestorPath(path, scopePath.depthOf(path) - 1);
    this.#open.set(path, { parent, fork, index });
    const made = this.#forks.get(keyOf(parent, fork));
    made?.scopes.add(path);
    this.#log.goOn(path, made?.started ?? 0);
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
  abort(path: string, fork: NamedState, told: boolean): void {
    for (const inner of this.#scopesOf(path, fork)) {
      const { index } = this.#open.get(inner)!;
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

  #scopesOf(path: string, fork: NamedState): readonly string[] {
    return [...(this.#forks.get(keyOf(path, fork))?.scopes ?? [])];
  }

  #close(path: string): void {
    const { parent, fork } = this.#open.get(path)!;
    this.#forks.get(keyOf(parent, fork))?.scopes.delete(path);
    this.#open.delete(path);
    this.#in.delete(path);
    this.#log.close(path);
  }
}

function keyOf(path: string, { slug }: NamedState): string {
  return `${path}|${slug}`;
}
