import { parse } from 'yaml';
import type { TriggersDefinition } from '../model/documents.ts';
import type { Diagnostic } from '../model/errors.ts';
import type { Limits } from '../model/limits.ts';

export interface CompileResult {
  readonly diagnostics: readonly Diagnostic[];
  /** Absent where a diagnostic is an error. */
  readonly triggers?: TriggersDefinition;
}

/** Compiles a definition of any format into triggers. */
export function compileDefinition(format: string, definition: unknown, _options: { limits: Limits }): CompileResult {
  const value = typeof definition === 'string' ? parseDefinitionText(definition).value : definition;
  if (format !== 'triggers') {
    const message = `format "${format}" is not known`;
    return { diagnostics: [{ code: 'UNSUPPORTED_FORMAT', severity: 'error', message, pointer: '' }] };
  }
  return { diagnostics: [], triggers: value as TriggersDefinition };
}

export function parseDefinitionText(text: string): { value: unknown } {
  return { value: parse(text) };
}
