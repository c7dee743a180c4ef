import type { SmallMap } from '../model/small-map.ts';
import { scopePath } from '../triggers/index.ts';
import type { TriggerContext } from './trigger-context.ts';

interface Place {
  readonly path: string;
  readonly staticPath: string;
  readonly depth: number;
  readonly parent: Scope | undefined;
  readonly index: number | undefined;
  readonly item: unknown;
}

export const ROOT_PLACE: Place = {
  path: scopePath.ROOT,
  staticPath: scopePath.ROOT,
  depth: 0,
  parent: undefined,
  index: undefined,
  item: undefined,
};

/** One open scope of a run; the root is one too. Everything a scope holds goes with it. */
export class Scope {
  /** Where it stands; all roots share one. */
  readonly #place: Place;
  contexts: SmallMap<TriggerContext> | undefined;
  /** Own variables; those of the scopes around are seen too. */
  variables: Record<string, unknown> | undefined;
  forks: Map<string, Fork> | undefined;
  /** Ids of pending effects and timers. */
  effects: Set<string> | undefined;
  timers: Set<string> | undefined;

  constructor(place: Place) {
    this.#place = place;
  }

  get path(): string {
    return this.#place.path;
  }
  /** The path without indices. */
  get staticPath(): string {
    return this.#place.staticPath;
  }
  get depth(): number {
    return this.#place.depth;
  }
  get parent(): Scope | undefined {
    return this.#place.parent;
  }
  get index(): number | undefined {
    return this.#place.index;
  }
  get item(): unknown {
    return this.#place.item;
  }

  /** The enclosing scope of that depth, or itself. */
  ancestor(depth: number): Scope {
    let scope: Scope = this;
    while (scope.depth > depth) scope = scope.parent!;
    return scope;
  }

  /** Own and outer variables in one object. */
  visibleVariables(): Record<string, unknown> {
    if (this.parent === undefined) {
      this.variables ??= {};
      return this.variables;
    }
    return { ...this.parent.visibleVariables(), ...this.variables };
  }
}

/** A fork: a window of open scopes over its items. */
export interface Fork {
  readonly name: string;
  /** The scope it was made in. */
  readonly parent: Scope;
  readonly items: readonly unknown[];
  readonly concurrency: number;
  /** Index of the next scope to open. */
  next: number;
  readonly open: Map<number, Scope>;
  ended: number;
}
