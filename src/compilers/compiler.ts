import type { TriggersDefinition } from '../model/documents.ts';
import type { Diagnostic } from '../model/errors.ts';
import type { Limits } from '../model/limits.ts';

export interface CompileOptions {
  readonly limits: Limits;
}

export interface CompileResult {
  /** All that was found, in the order of the document. */
  readonly diagnostics: readonly Diagnostic[];
  /** Absent where a diagnostic is an error. */
  readonly triggers?: TriggersDefinition;
}

/** One dialect: a pure function from a definition (JSON) to triggers. It finds every fault in one go and throws for none. */
export type Compiler = (definition: unknown, options: CompileOptions) => CompileResult;
