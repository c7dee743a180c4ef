import type { Budget } from './budget.ts';
import type { Value } from './filter.ts';
import { isDefinite, isOne, isSingle, type PathSyntax, type Root, type Segment } from './path-syntax.ts';
import { compileWalk, stepsOf } from './path-walk.ts';
import type { QueryScope } from './query-scope.ts';
import { compileSegments } from './segments.ts';

/** The names a text refers to, gathered while it is compiled. */
export class Gathering {
  readonly variables = new Set<string>();
  usesContext = false;
}

/** A compiled path. */
export interface Query {
  readonly definite: boolean;
  /** Whether it is made of single names and indexes only, as a reference path is. */
  readonly single: boolean;
  /** The value without a budget, for paths that need none: names and indexes only. */
  readonly plain: ((scope: QueryScope) => unknown) | undefined;
  readonly value: (scope: QueryScope, budget: Budget) => unknown;
}

/** Compiles a path that stands outside of a filter. */
export function compileQuery(path: PathSyntax, gathering: Gathering): Query {
  const value = compileIn(path, gathering);
  const definite = isDefinite(path.segments);
  const single = path.segments.every(isSingle);
  const plain = compilePlain(path);
  return { definite, single, plain, value: plain ?? ((scope, budget) => value(undefined, scope, budget)) };
}

function compilePlain({ root, segments }: PathSyntax): ((scope: QueryScope) => unknown) | undefined {
  const steps = stepsOf(segments);
  if (steps === undefined) return undefined;
  if (root.kind === 'input' && steps.length === 0) return (scope) => scope.input;
  const walk = compileWalk(steps);
  if (root.kind === 'input') return (scope) => walk(scope.input);
  return (scope) => walk(rootValue(root, undefined, scope));
}

/** Compiles a path, in a filter too: `current` is what `@` is there. */
function compileIn(path: PathSyntax, gathering: Gathering): Value {
  const { root } = path;
  if (root.kind === 'variable') gathering.variables.add(root.name);
  if (root.kind === 'context') gathering.usesContext = true;
  const steps = stepsOf(path.segments);
  if (steps !== undefined) {
    const walk = compileWalk(steps);
    return (current, scope) => walk(rootValue(root, current, scope));
  }

  const { segments } = path;
  const finders = compileSegments(segments, (inner) => compileIn(inner, gathering));
  if (goesOnBehindNames(segments)) return () => undefined;
  const definite = isDefinite(segments);
  const listWanted = listWantedAt(segments);
  return (current, scope, budget) => {
    const start = rootValue(root, current, scope);
    let nodes: unknown[] = start === undefined ? [] : [start];
    for (let i = 0; i < finders.length; i++) {
      if (i === listWanted && nodes.length > 0 && !Array.isArray(nodes[0])) return undefined;
      nodes = finders[i]!(nodes, scope, budget);
    }
    return definite ? nodes[0] : nodes;
  };
}

/** Where a slice or a list of indexes is applied to one value, which must be a list; -1: nowhere. */
function listWantedAt(segments: readonly Segment[]): number {
  const at = segments.findIndex((segment) => !isOne(segment));
  return at >= 0 && (segments[at]!.kind === 'slice' || segments[at]!.kind === 'indexes') ? at : -1;
}

/** Several names stand at the end of a path only: one that goes on behind them finds nothing. */
function goesOnBehindNames(segments: readonly Segment[]): boolean {
  return segments.slice(0, -1).some((segment) => segment.kind === 'names' && segment.names.length > 1);
}

function rootValue(root: Root, current: unknown, scope: QueryScope): unknown {
  switch (root.kind) {
    case 'input':
      return scope.input;
    case 'current':
      return current;
    case 'context':
      return scope.context();
    default:
      return Object.hasOwn(scope.variables, root.name) ? scope.variables[root.name] : undefined;
  }
}

/** What the path's root is in this scope. */
export function rootOf(path: PathSyntax, scope: QueryScope): unknown {
  return rootValue(path.root, undefined, scope);
}
