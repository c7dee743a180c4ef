import type { Tolerance } from '../actions/index.ts';
import type { SmallMap } from '../model/small-map.ts';
import { entryOf, type Token } from '../model/token.ts';
import { scopePath } from '../triggers/index.ts';
import type { TriggerContext } from './trigger-context.ts';

interface Place {
  readonly path: string;
  readonly staticPath: string;
  readonly depth: number;
  readonly parent: Scope | undefined;
  readonly index: number | undefined;
  readonly item: unknown;
  /** A scope without an element of its own: `item` and `index` are those of the scope around. */
  readonly branch: boolean;
  /** Where the token that started in it stood. */
  readonly turn: number;
}

export const ROOT_PLACE: Place = {
  path: scopePath.ROOT,
  staticPath: scopePath.ROOT,
  depth: 0,
  parent: undefined,
  index: undefined,
  item: undefined,
  branch: false,
  turn: 0,
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

  get branch(): boolean {
    return this.#place.branch;
  }
  get turn(): number {
    return this.#place.turn;
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

/** What a fork is made of; it does not change while the fork is open. */
export interface ForkPlan {
  /** Elements, or the number of scopes that have none. */
  readonly items: readonly unknown[] | number;
  readonly concurrency: number;
  /** Given to each scope as it starts. */
  readonly value?: unknown;
  readonly tolerate?: Tolerance;
  /** Of the state that forked: comes back with the end of each scope. */
  readonly token?: Token;
  /** Turns between the token and those that start in the scopes. */
  readonly turns?: number;
}

/** A fork: a window of open scopes over its items. */
export interface Fork {
  readonly name: string;
  /** The scope it was made in. */
  readonly parent: Scope;
  plan: ForkPlan;
  readonly count: number;
  /** Index of the next scope to open. */
  next: number;
  readonly open: Map<number, Scope>;
  ended: number;
  /** Turns taken inside scopes that have ended. */
  turns: number;
}

/** The fork's name in the paths of its scopes: entries of one state are told apart, as effect ids derive from the path. */
export function forkLabel(name: string, token: Token | undefined): string {
  return token === undefined ? name : `${name}~${entryOf(token)}`;
}
