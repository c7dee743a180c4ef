import type { TriggerContext } from './trigger-context.ts';

/** One open scope of a run; the root is one too. Everything a scope holds goes with it. */
export class Scope {
  readonly path: string;
  /** The path without indices. */
  readonly staticPath: string;
  readonly depth: number;
  readonly parent: Scope | undefined;
  readonly index: number | undefined;
  readonly item: unknown;
  contexts: Map<string, TriggerContext> | undefined;
  /** Own variables; those of the scopes around are seen too. */
  variables: Record<string, unknown> | undefined;
  forks: Map<string, Fork> | undefined;
  /** Ids of pending effects and timers. */
  effects: Set<string> | undefined;
  timers: Set<string> | undefined;

  constructor(
    path: string,
    staticPath: string,
    parent: Scope | undefined,
    index: number | undefined,
    item: unknown,
  ) {
    this.path = path;
    this.staticPath = staticPath;
    this.depth = parent === undefined ? 0 : parent.depth + 1;
    this.parent = parent;
    this.index = index;
    this.item = item;
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
  readonly items: readonly unknown[];
  readonly concurrency: number;
  /** Index of the next scope to open. */
  next: number;
  readonly open: Map<number, Scope>;
  ended: number;
}
