import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import {
  COMPILERS,
  type CompileResult,
  compileDefinition,
  type DefinitionText,
  parseDefinitionText,
} from '../compilers/index.ts';
import { type Diagnostic, TidegateError } from '../model/errors.ts';
import type { Limits } from '../model/limits.ts';
import { UsageError } from './command.ts';
import { printable, type Terminal } from './terminal.ts';

/** A definition read from a file, its format known. */
export interface DefinitionFile {
  readonly path: string;
  readonly format: string;
  /** What the workflow is called unless somebody says otherwise. */
  readonly name: string;
  /** As text where the file holds nothing else, so that whoever compiles it can tell lines. */
  readonly definition: unknown;
  readonly compile: (limits: Limits) => CompileResult;
}

/**
 * Reads a definition, or a body of `PUT /v1/workflows/{name}` (`{format, definition}`). Throws UsageError where the file cannot
 * be read or its format not told, and INVALID_YAML, INVALID_JSON and the like with their places.
 */
export function readDefinitionFile(path: string, format: string | undefined, limits: Limits): DefinitionFile {
  const text = readText(path);
  const parsed = atFile(path, () => parseDefinitionText(text, limits));
  const body = wrapped(parsed.value);
  const known = format ?? body?.format ?? detectFormat(path, parsed.value);
  if (known === undefined) {
    const formats = Object.keys(COMPILERS).join(', ');
    throw new UsageError(
      `the format of ${path} cannot be told from its content; say --format FORMAT (${formats})`,
    );
  }
  return {
    path,
    format: known,
    name: nameOf(path, body?.definition ?? parsed.value),
    definition: body ? body.definition : text,
    compile: (bounds) =>
      body
        ? relocated(compileDefinition(known, body.definition, { limits: bounds }), parsed)
        : compileDefinition(known, text, { limits: bounds }),
  };
}

export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`);
  }
}

function atFile<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    throw new TidegateError(error.code, `${path}: ${error.message}`, {
      cause: error,
      ...(error.place && { place: error.place }),
    });
  }
}

function wrapped(value: unknown): { format: string; definition: unknown } | undefined {
  const { format, definition } = (value ?? {}) as { format?: unknown; definition?: unknown };
  return typeof format === 'string' && definition !== undefined ? { format, definition } : undefined;
}

/** By the file's name (`orders.dag.yaml`), then by the members that only one format has. */
function detectFormat(path: string, value: unknown): string | undefined {
  const marked = /\.([a-z-]+)\.(?:ya?ml|json)$/i.exec(basename(path))?.[1]?.toLowerCase();
  if (marked !== undefined && Object.hasOwn(COMPILERS, marked)) return marked;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  if ('tasks' in value || 'groups' in value) return 'dag';
  if ('triggers' in value) return 'triggers';
  if ('States' in value && 'StartAt' in value) return 'asl';
  return undefined;
}

function nameOf(path: string, definition: unknown): string {
  const { name } = (definition ?? {}) as { name?: unknown };
  if (typeof name === 'string') return name;
  const stem = basename(path).replace(/\.(?:ya?ml|json)$/i, '');
  return (
    stem
      .replace(/\.[a-z-]+$/i, '')
      .replace(/[^A-Za-z0-9_.-]/g, '-')
      .replace(/^[^A-Za-z0-9_]+/, '') || 'workflow'
  );
}

function relocated(result: CompileResult, text: DefinitionText): CompileResult {
  const diagnostics = result.diagnostics.map((diagnostic) => {
    const pointer = `/definition${diagnostic.pointer}`;
    return { ...diagnostic, pointer, ...text.locate(pointer) };
  });
  return { ...result, diagnostics };
}

/** `file:line:column severity CODE message (pointer)`, as editors and terminals make links of. */
export function showDiagnostics(terminal: Terminal, path: string, diagnostics: readonly Diagnostic[]): void {
  for (const { severity, code, message, pointer, line, column, suggestion } of diagnostics) {
    const place = line === undefined ? path : `${path}:${line}:${column ?? 1}`;
    const painted = terminal.paint(severity === 'error' ? 'red' : 'yellow', severity);
    const more =
      suggestion === undefined || message.includes(suggestion) ? '' : `; write ${JSON.stringify(suggestion)}`;
    terminal.note(
      `${place} ${painted} ${code} ${printable(message)}${printable(more)} ${terminal.paint('grey', `(at ${pointer || '/'})`)}`,
    );
  }
}
