import { TidegateError } from '../../../model/errors.ts';
import { parseJson } from '../../../model/json.ts';
import { findSyntaxFault } from '../../../model/json-text.ts';
import type { Limits } from '../../../model/limits.ts';
import type { ServiceDiagnostic } from './findings.ts';

/** Characters of the text that the service quotes. */
const QUOTED = 500;

export type ParsedText = { readonly value: unknown } | { readonly fault: ServiceDiagnostic };

/** Reads a definition; a fault is told as the service's JSON reader tells it. */
export function parseServiceJson(text: string, limits: Limits): ParsedText {
  if (text.trim() === '') {
    return { fault: schemaFault('Definition must be a valid JSON object') };
  }
  try {
    return { value: parseJson(text, limits) };
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    if (error.code === 'NESTING_TOO_DEEP') {
      return { fault: { severity: 'ERROR', code: 'TOO_DEEPLY_NESTED', message: error.message } };
    }
    if (error.code !== 'INVALID_JSON') return { fault: schemaFault(error.message) };
    return { fault: syntaxFault(text) };
  }
}

function schemaFault(message: string): ServiceDiagnostic {
  return { severity: 'ERROR', code: 'SCHEMA_VALIDATION_FAILED', message };
}

/** What the service expected, by what our own scan of the text expected there. */
const EXPECTED: Readonly<Record<string, string>> = {
  'a key in double quotes': 'was expecting double-quote to start field name',
  'a key in double quotes or "}"': 'was expecting double-quote to start field name',
  '":" after the key': 'was expecting a colon to separate field name and value',
  '"," or "}"': 'was expecting comma to separate Object entries',
  '"," or "]"': 'was expecting comma to separate Array entries',
};
const VALUES = "JSON String, Number, Array, Object or token 'null', 'true' or 'false'";

function syntaxFault(text: string): ServiceDiagnostic {
  const { offset, expected } = findSyntaxFault(text) ?? { offset: text.length, expected: '' };
  const { complaint, end } = complain(text, offset, expected);
  const location = `[Source: (String)${excerpt(text)}; ${position(text, end)}]`;
  return {
    severity: 'ERROR',
    code: 'INVALID_JSON_DESCRIPTION',
    message: `${complaint}\n at ${location}`,
    location,
  };
}

/** The service's words, and where its reader had arrived when it noticed. */
function complain(text: string, offset: number, expected: string): { complaint: string; end: number } {
  if (offset >= text.length) return { complaint: 'Unexpected end-of-input', end: text.length };
  const end = offset + 1;
  if (expected.includes('in the string')) {
    return text.charCodeAt(offset) < 32
      ? {
          complaint: `Illegal unquoted character ((CTRL-CHAR, code ${text.charCodeAt(offset)})): has to be escaped using backslash to be included in string value`,
          end,
        }
      : { complaint: `Unrecognized character escape ${named(text, offset + 1)}`, end: end + 1 };
  }
  const word = /[\p{ID_Start}$_][\p{ID_Continue}$]*/uy;
  word.lastIndex = offset;
  const token = expected.startsWith('a value') ? word.exec(text)?.[0] : undefined;
  if (token !== undefined) {
    return {
      complaint: `Unrecognized token '${token}': was expecting (${VALUES})`,
      end: offset + token.length,
    };
  }
  const reason = EXPECTED[expected] ?? `expected a valid value (${VALUES})`;
  return { complaint: `Unexpected character (${named(text, offset)}): ${reason}`, end };
}

function named(text: string, offset: number): string {
  const code = text.codePointAt(offset) ?? 0;
  return code < 32 ? `code ${code}` : `'${String.fromCodePoint(code)}' (code ${code})`;
}

function excerpt(text: string): string {
  const left = text.length - QUOTED;
  return left > 0 ? `"${text.slice(0, QUOTED)}"[truncated ${left} chars]` : `"${text}"`;
}

function position(text: string, end: number): string {
  const lines = text.slice(0, end).split('\n');
  return `line: ${lines.length}, column: ${lines.at(-1)!.length + 1}`;
}
