import { type Diagnostic, TidegateError } from '../model/errors.ts';
import { refuseUnsafeKeys } from '../model/json.ts';
import { nearest } from '../model/nearest.ts';
import { checkAslText } from './asl/check-text.ts';
import { compileAsl } from './asl/index.ts';
import type { CompileOptions, CompileResult, Compiler } from './compiler.ts';
import { compileDag } from './dag/index.ts';
import { type DefinitionText, parseDefinitionText } from './definition-text.ts';
import { compileTriggers } from './triggers/index.ts';

/** The registry: a new dialect is one folder and one line here. */
export const COMPILERS: Readonly<Record<string, Compiler>> = {
  triggers: compileTriggers,
  dag: compileDag,
  asl: compileAsl,
};

/** What of a format shows in a definition's text alone, before it is a value. */
const TEXT_CHECKS: Readonly<Record<string, (text: string) => readonly Diagnostic[]>> = { asl: checkAslText };

/**
 * Compiles a definition of any format, given as a value or as the text of a YAML or JSON document (then diagnostics have
 * lines), into triggers. Throws for nothing in the definition: whatever is wrong is a diagnostic.
 */
export function compileDefinition(
  format: string,
  definition: unknown,
  options: CompileOptions,
): CompileResult {
  try {
    if (typeof definition !== 'string') {
      refuseUnsafeKeys(definition);
      return compileValue(format, definition, options);
    }
    const text = parseDefinitionText(definition, options.limits);
    const found = Object.hasOwn(TEXT_CHECKS, format) ? TEXT_CHECKS[format]!(definition) : [];
    if (found.length > 0) return withLines({ diagnostics: found }, text);
    return withLines(compileValue(format, text.value, options), text);
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    return { diagnostics: [diagnosticOf(error)] };
  }
}

function compileValue(format: string, value: unknown, options: CompileOptions): CompileResult {
  const compiler = Object.hasOwn(COMPILERS, format) ? COMPILERS[format] : undefined;
  if (compiler !== undefined) return compiler(value, options);
  const formats = Object.keys(COMPILERS);
  const suggestion = nearest(format, formats);
  const message = `format "${format}" is not known; there are: ${formats.join(', ')}`;
  return {
    diagnostics: [
      {
        code: 'UNSUPPORTED_FORMAT',
        severity: 'error',
        message,
        pointer: '',
        ...(suggestion && { suggestion }),
      },
    ],
  };
}

function withLines(result: CompileResult, text: DefinitionText): CompileResult {
  const diagnostics = result.diagnostics.map((each) => ({ ...each, ...text.locate(each.pointer) }));
  return { ...result, diagnostics };
}

function diagnosticOf({ code, message, place }: TidegateError): Diagnostic {
  return { severity: 'error', code, message, pointer: '', ...place };
}

export {
  type EventDetails,
  type ExecutionEvent,
  type ExecutionHistoryOptions,
  type ExecutionTelling,
  executionTelling,
  serviceEvent,
} from './asl/history/index.ts';
export type { StateMachine } from './asl/model.ts';
export type { CompileOptions, CompileResult, Compiler } from './compiler.ts';
export {
  type Dag,
  readDefinition as readDag,
  type TaskState,
  TaskStateObserver,
  type TaskStates,
  taskStates,
} from './dag/index.ts';
export { type DefinitionText, parseDefinitionText } from './definition-text.ts';
export { type Graph, graphOf, renderMermaid, renderSvg } from './graph/index.ts';
