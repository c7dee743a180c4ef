import { Environment, ParseError } from '@marcbachmann/cel-js';
import { type Place, TidegateError } from '../model/errors.ts';
import { type Limits, requireWithin } from '../model/limits.ts';
import { scanExpression } from './scan.ts';

/** The parser's tree, as far as it is read here. `start` is an offset in the text. */
export type Node = { readonly start: number } & (
  | { readonly op: 'value'; readonly args: unknown }
  | { readonly op: 'id'; readonly args: string }
  | { readonly op: '.' | '.?'; readonly args: readonly [Node, string] }
  | { readonly op: '[]' | '[?]'; readonly args: readonly [Node, Node] }
  | { readonly op: 'call'; readonly args: readonly [string, readonly Node[]] }
  | { readonly op: 'rcall'; readonly args: readonly [string, Node, readonly Node[]] }
  | { readonly op: 'list'; readonly args: readonly Node[] }
  | { readonly op: 'map'; readonly args: readonly (readonly [Node, Node])[] }
  | { readonly op: '?:'; readonly args: readonly [Node, Node, Node] }
  | { readonly op: '!_' | '-_'; readonly args: Node }
  | { readonly op: '&&' | '||'; readonly args: readonly [Node, Node] }
  | { readonly op: BinaryOperator; readonly args: readonly [Node, Node] }
);

export type BinaryOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | '+' | '-' | '*' | '/' | '%';

const environments = new Map<number, Environment>();

function environmentOf(maximumDepth: number): Environment {
  let environment = environments.get(maximumDepth);
  if (environment === undefined) {
    environment = new Environment({
      unlistedVariablesAreDyn: true,
      enableOptionalTypes: true,
      limits: { maxDepth: maximumDepth },
    });
    environments.set(maximumDepth, environment);
  }
  return environment;
}

/**
 * Parses an expression. Text that is too long or too deeply nested is refused before the recursive parser sees it.
 * Throws INVALID_EXPRESSION, or LIMIT_EXCEEDED naming `expressionLength` or `expressionDepth`.
 */
export function parseExpression(text: string, limits: Limits): Node {
  requireWithin(limits, 'expressionLength', text.length, 'The length of an expression');
  const scan = scanExpression(text, 0, limits.expressionDepth, false);
  if ('kind' in scan) {
    if (scan.kind === 'nesting') throw tooDeep(limits, text);
    throw invalidExpression(text, scan.at, 'unterminated string');
  }
  try {
    return environmentOf(limits.expressionDepth).parse(text).ast as unknown as Node;
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep(limits, text);
    if (!(error instanceof ParseError)) throw error;
    if (error.message.startsWith('Exceeded maxDepth')) throw tooDeep(limits, text);
    const { summary, range } = error as unknown as { summary?: string; range?: { start: number } };
    throw invalidExpression(text, range?.start ?? 0, summary ?? error.message);
  }
}

export function tooDeep(limits: Limits, text: string): TidegateError {
  const maximum = limits.expressionDepth;
  return new TidegateError(
    'LIMIT_EXCEEDED',
    `The expression ${quote(text)} is nested too deeply; the limit expressionDepth is ${maximum}`,
    { details: { limit: 'expressionDepth', maximum } },
  );
}

/** An error of the text itself, found while it is compiled. */
export function invalidExpression(text: string, at: number, cause: string): TidegateError {
  const place = placeOf(text, at);
  return new TidegateError(
    'INVALID_EXPRESSION',
    `The expression ${quote(text)} is invalid at line ${place.line}, column ${place.column}: ${cause}`,
    { place, details: { expression: text } },
  );
}

function placeOf(text: string, at: number): Place {
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  return { line, column: at - before.lastIndexOf('\n') };
}

/** The text as messages show it. */
export function quote(text: string): string {
  return `"${text.length > 200 ? `${text.slice(0, 200)}...` : text}"`;
}
