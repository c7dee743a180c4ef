import jsonata from 'jsonata';
import { TidegateError } from '../../model/errors.ts';
import { type Limits, requireWithin } from '../../model/limits.ts';
import { Memo } from '../memo.ts';
import { quote } from '../parse.ts';
import { childrenOf, type Node } from './ast.ts';

/** A complaint about the text, with the place (in characters from 0) where that is known. */
export class Invalid {
  readonly message: string;
  readonly position: number | undefined;
  constructor(message: string, position: number | undefined) {
    this.message = message;
    this.position = position;
  }
}

export function invalid(message: string, position: number | undefined): Invalid {
  return new Invalid(message, position);
}

/** Throws INVALID_EXPRESSION with line and column, or LIMIT_EXCEEDED. */
export function parseJsonata(text: string, limits: Limits): Node {
  requireWithin(limits, 'jsonataLength', text.length, 'The length of a JSONata expression');
  const path = plainPath(text);
  if (path !== undefined) return path;
  const tree = trees.of(text, () => parsed(text, limits));
  requireFlat(tree, text, limits);
  return tree;
}

/** The validator and the compiler look at each text. */
const trees = new Memo<Node>();

const PLAIN_PATH = /^\$[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*){1,20}$/;
const NO_NAMES = new Set(['true', 'false', 'null', 'and', 'or', 'in']);

/** Most expressions are like `$states.input.order.id`; the parser takes a hundred times as long for them. */
function plainPath(text: string): Node | undefined {
  if (!PLAIN_PATH.test(text)) return undefined;
  const [variable, ...names] = text.slice(1).split('.');
  if (names.some((name) => NO_NAMES.has(name))) return undefined;
  return {
    type: 'path',
    steps: [
      { type: 'variable', value: variable! },
      ...names.map((value) => ({ type: 'name' as const, value })),
    ],
  };
}

function parsed(text: string, limits: Limits): Node {
  try {
    return bareTree(text) ?? (jsonata(text).ast() as unknown as Node);
  } catch (error) {
    // The parser calls itself for each level of the text.
    if (error instanceof RangeError) throw tooDeep(text, limits);
    const { message, position } = error as { message?: string; position?: number };
    throw invalidJsonata(text, message ?? 'it cannot be parsed', position);
  }
}

/** The parser alone, without the evaluator that the package makes beside it; undefined where the text has a fault. */
function bareTree(text: string): Node | undefined {
  try {
    const { errors, ...tree } = (
      jsonata as unknown as { parser(text: string): Node & { errors?: unknown } }
    ).parser(text);
    return errors === undefined ? (tree as Node) : undefined;
  } catch (error) {
    if (error instanceof RangeError) throw error;
    return undefined;
  }
}

/** The coded error for a complaint. */
export function invalidJsonata(text: string, message: string, position: number | undefined): TidegateError {
  const at = Math.min(position ?? 0, text.length);
  const before = text.slice(0, at).split('\n');
  const line = before.length;
  const column = before.at(-1)!.length + 1;
  const where = position === undefined ? '' : ` at line ${line}, column ${column}`;
  return new TidegateError(
    'INVALID_EXPRESSION',
    `The JSONata expression ${quote(text)} is invalid${where}: ${message}`,
    {
      ...(position !== undefined && { place: { line, column } }),
      details: { expression: text, complaint: message, ...(position !== undefined && { position }) },
    },
  );
}

function requireFlat(tree: Node, text: string, { jsonataDepth }: Limits): void {
  let level: readonly Node[] = [tree];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > jsonataDepth / LEVELS_KEPT) throw tooDeep(text, { jsonataDepth } as Limits);
    level = level.flatMap(childrenOf);
  }
}

/** Of the levels an evaluation may have, the text may take one in so many: the rest is for calls. */
const LEVELS_KEPT = 4;

function tooDeep(text: string, { jsonataDepth }: Limits): TidegateError {
  return new TidegateError(
    'LIMIT_EXCEEDED',
    `The JSONata expression ${quote(text)} is nested deeper than a quarter of the limit jsonataDepth of ${jsonataDepth}`,
    { details: { limit: 'jsonataDepth', maximum: jsonataDepth, expression: text } },
  );
}
