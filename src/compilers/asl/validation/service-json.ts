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

function syntaxFault(text: string): ServiceDiagnostic {
  const offset = findSyntaxFault(text)?.offset ?? text.length;
  const word = /[\p{ID_Start}$_][\p{ID_Continue}$]*/uy;
  word.lastIndex = offset;
  const token = word.exec(text)?.[0];
  const { complaint, end } =
    token !== undefined
      ? {
          complaint: `Unrecognized token '${token}': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')`,
          end: offset + token.length,
        }
      : offset >= text.length
        ? { complaint: 'Unexpected end-of-input', end: text.length }
        : { complaint: `Unexpected character (${named(text, offset)})`, end: offset + 1 };
  const location = `[Source: (String)${excerpt(text)}; ${position(text, end)}]`;
  return {
    severity: 'ERROR',
    code: 'INVALID_JSON_DESCRIPTION',
    message: `${complaint}\n at ${location}`,
    location,
  };
}

function named(text: string, offset: number): string {
  const code = text.codePointAt(offset)!;
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
