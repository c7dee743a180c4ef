import type { Budget } from './budget.ts';
import { compileFilter, type ValueOfPath } from './filter.ts';
import type { Segment } from './path-syntax.ts';
import { element, elementFromEnd, keyOf, member, members } from './path-walk.ts';
import type { QueryScope } from './query-scope.ts';

/** Adds to `found` what the segment finds in each of `nodes`. */
export type Finder = (nodes: readonly unknown[], scope: QueryScope, budget: Budget) => unknown[];

/** Compiles segments to a chain. */
export function compileSegments(segments: readonly Segment[], compilePath: ValueOfPath): Finder[] {
  const finders: Finder[] = [];
  for (let i = 0; i < segments.length; i++) {
    const segment = segments[i]!;
    if (segment.kind === 'descend') {
      finders.push(compileDescent(segments[++i]!, compilePath));
    } else {
      finders.push(compileSegment(segment, compilePath));
    }
  }
  return finders;
}

function compileSegment(segment: Segment, compilePath: ValueOfPath): Finder {
  switch (segment.kind) {
    case 'filter': {
      const accepts = compileFilter(segment.filter, compilePath);
      return (nodes, scope, budget) =>
        collect(nodes, budget, (node, found) => {
          // On an object the filter speaks of the object itself.
          for (const candidate of Array.isArray(node) ? node : isObject(node) ? [node] : []) {
            budget.work(1);
            if (accepts(candidate, scope, budget)) found.push(candidate);
          }
        });
    }
    case 'names': {
      const { names } = segment;
      const [name] = names;
      return names.length === 1
        ? (nodes, _scope, budget) => collect(nodes, budget, (node, found) => add(found, member(node, name!)))
        : (nodes, _scope, budget) =>
            collect(nodes, budget, (node, found) => {
              budget.work(names.length);
              add(found, members(node, names));
            });
    }
    case 'indexes':
      return (nodes, _scope, budget) =>
        collect(nodes, budget, (node, found) => {
          for (const index of segment.indexes) add(found, element(node, index));
        });
    case 'from-end':
      return (nodes, _scope, budget) =>
        collect(nodes, budget, (node, found) => add(found, elementFromEnd(node, segment.back)));
    case 'slice':
      return (nodes, _scope, budget) =>
        collect(nodes, budget, (node, found) => {
          if (!Array.isArray(node)) return;
          const from = position(segment.from ?? 0, node.length);
          const to = position(segment.to ?? node.length, node.length);
          budget.work(Math.max(0, to - from));
          for (let i = from; i < to; i += segment.step) found.push(node[i]);
        });
    case 'wildcard':
      return (nodes, _scope, budget) =>
        collect(nodes, budget, (node, found) => {
          if (!isObject(node)) return;
          const children = Array.isArray(node) ? node : Object.values(node);
          budget.work(children.length);
          for (const child of children) found.push(child);
        });
    case 'call':
      return (nodes, _scope, budget) =>
        collect(nodes, budget, (node, found) => add(found, member(node, segment.name)));
    default:
      throw new Error('a descent has a segment behind it');
  }
}

function collect(
  nodes: readonly unknown[],
  budget: Budget,
  visit: (node: unknown, found: unknown[]) => void,
): unknown[] {
  const found: unknown[] = [];
  budget.work(nodes.length);
  for (const node of nodes) {
    visit(node, found);
    budget.requireNodes(found.length);
  }
  return found;
}

function add(found: unknown[], value: unknown): void {
  if (value !== undefined) found.push(value);
}

function position(index: number, length: number): number {
  return Math.min(length, Math.max(0, index < 0 ? length + index : index));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** `..`: the segment is applied to each value and to all objects and lists in it, outer ones first. */
function compileDescent(segment: Segment, compilePath: ValueOfPath): Finder {
  if (segment.kind === 'filter') return compileFilteredDescent(segment, compilePath);
  const find = compileSegment(segment, compilePath);
  if (segment.kind === 'names' && segment.names.length > 1) {
    const { names } = segment;
    const hasAll = (node: object) => names.every((name) => keyOf(node, name) !== undefined);
    return (nodes, scope, budget) => {
      const found = descendants(nodes, budget);
      budget.work(found.length * names.length);
      return find(found.filter(hasAll), scope, budget);
    };
  }
  return (nodes, scope, budget) => find(descendants(nodes, budget), scope, budget);
}

/** A filter behind `..` asks each object once, wherever it stands. */
function compileFilteredDescent(segment: Segment & { kind: 'filter' }, compilePath: ValueOfPath): Finder {
  const accepts = compileFilter(segment.filter, compilePath);
  return (nodes, scope, budget) =>
    descendants(nodes, budget).filter((node) => !Array.isArray(node) && accepts(node, scope, budget));
}

function descendants(nodes: readonly unknown[], budget: Budget): object[] {
  const found: object[] = [];
  const waiting = nodes.filter(isObject).reverse();
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    found.push(node);
    const children = Array.isArray(node) ? node : Object.values(node);
    budget.work(1 + children.length);
    budget.requireNodes(found.length);
    for (let i = children.length - 1; i >= 0; i--) if (isObject(children[i])) waiting.push(children[i]);
  }
  return found;
}
