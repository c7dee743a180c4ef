import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { TidegateError } from '../model/errors.ts';
import { locate as locateInJson, parseJson, refuseUnsafeKeys, type TextPosition } from '../model/json.ts';
import { LIMITS, type Limits, requireWithin } from '../model/limits.ts';

/** Aliases a document may resolve: enough for a few shared defaults, too few for a bomb. */
const MAXIMUM_ALIASES = 100;

/** A definition read from text. */
export interface DefinitionText {
  readonly value: unknown;
  /** Where an RFC 6901 pointer leads, or the nearest thing around it that is there. */
  locate(pointer: string): TextPosition | undefined;
}

/**
 * Reads a YAML 1.2 or JSON document. Throws INVALID_YAML or INVALID_JSON with line and column, NESTING_TOO_DEEP, UNSAFE_KEY,
 * and LIMIT_EXCEEDED for a text longer than `definitionBytes`.
 */
export function parseDefinitionText(text: string, limits: Limits = LIMITS): DefinitionText {
  requireWithin(limits, 'definitionBytes', Buffer.byteLength(text), 'the size of the definition in bytes');
  if (/^\s*[{[]/.test(text)) {
    try {
      return { value: parseJson(text, limits), locate: upwards((pointer) => locateInJson(text, pointer)) };
    } catch (error) {
      // A YAML document may begin with a brace too; only its own syntax error says less than the one of JSON.
      if (!(error instanceof TidegateError) || error.code !== 'INVALID_JSON') throw error;
      try {
        return parseYaml(text, limits);
      } catch {
        throw error;
      }
    }
  }
  return parseYaml(text, limits);
}

function parseYaml(text: string, limits: Limits): DefinitionText {
  requireYamlDepth(text, limits);
  const lines = new LineCounter();
  const position = (offset: number): TextPosition => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const fault = document.errors[0];
  if (fault !== undefined) {
    const place = position(fault.pos[0]);
    throw new TidegateError('INVALID_YAML', `line ${place.line}, column ${place.column}: ${fault.message}`, {
      place,
      cause: fault,
    });
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MAXIMUM_ALIASES });
  } catch (error) {
    throw new TidegateError('INVALID_YAML', `the aliases cannot be resolved: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const locate = upwards((pointer) => locateInYaml(document.contents as Node | null, pointer, position));
  try {
    refuseUnsafeKeys(value);
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    const pointer = error.place?.pointer ?? '';
    throw new TidegateError(error.code, error.message, { place: { pointer, ...locate(pointer) } });
  }
  return { value, locate };
}

/** Brackets and indentation bound how deep the parser can get; no definition comes near. */
function requireYamlDepth(text: string, { jsonDepth }: Limits): void {
  let brackets = 0;
  let line = 1;
  for (let at = 0; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c === 0x0a) line++;
    else if (c === 0x5b || c === 0x7b) {
      if (++brackets > jsonDepth) throw tooDeep(jsonDepth, line);
    } else if (c === 0x5d || c === 0x7d) brackets = Math.max(0, brackets - 1);
  }
  requireIndentDepth(text, jsonDepth);
}

/** Each line indented further than the one it belongs to is a level; so is each `- ` before its content. */
function requireIndentDepth(text: string, jsonDepth: number): void {
  const indents: number[] = [];
  text.split('\n').forEach((line, place) => {
    const lead = /^( *)((?:[-?:][ \t]+)*)/.exec(line)!;
    if (lead[0].length === line.length && lead[2] === '') return;
    const indent = lead[1]!.length;
    while (indents.length > 0 && indents.at(-1)! >= indent) indents.pop();
    indents.push(indent);
    // A mapping in a sequence takes two levels at most; beyond that no definition is legible.
    if (indents.length + lead[2]!.length / 2 > jsonDepth * 2) throw tooDeep(jsonDepth, place + 1);
  });
}

function tooDeep(jsonDepth: number, line: number): TidegateError {
  return new TidegateError(
    'NESTING_TOO_DEEP',
    `line ${line}: the document is nested deeper than ${jsonDepth} levels (the limit jsonDepth)`,
    { place: { line, column: 1 }, details: { limit: 'jsonDepth', maximum: jsonDepth } },
  );
}

function locateInYaml(
  root: Node | null,
  pointer: string,
  position: (offset: number) => TextPosition,
): TextPosition | undefined {
  let node: unknown = root;
  let place = root?.range?.[0];
  for (const token of pointer.split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === name);
      if (pair === undefined) return undefined;
      place = (pair.key as Node).range?.[0];
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(name)];
      if (node === undefined) return undefined;
      place = (node as Node).range?.[0];
    } else return undefined;
  }
  return place === undefined ? undefined : position(place);
}

/** What is missing has no place of its own; then the nearest one around it is told. */
function upwards(find: (pointer: string) => TextPosition | undefined): DefinitionText['locate'] {
  return (pointer) => {
    for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
      const found = find(at);
      if (found !== undefined || at === '') return found;
    }
  };
}
