import { TidegateError } from '../../model/errors.ts';
import { LIMITS } from '../../model/limits.ts';
import type { Command, Invocation } from '../command.ts';
import { readDefinitionFile, showDiagnostics } from '../definition-file.ts';
import { EXIT } from '../exit-codes.ts';

export const FORMAT_OPTION = {
  format: { doc: 'Format of the definition; default: told from its name and content.', value: 'FORMAT' },
} as const;

export const validate: Command = {
  name: 'validate',
  summary: 'Check definitions; every fault with its place and what to write instead',
  positionals: ['FILE...'],
  options: FORMAT_OPTION,
  settings: ['engine'],
  async run(call) {
    let valid = true;
    for (const path of call.positionals) valid = validateFile(call, path) && valid;
    return valid ? EXIT.ok : EXIT.invalid;
  },
};

function validateFile({ terminal, options, configuration }: Invocation, path: string): boolean {
  const limits = { ...LIMITS, ...configuration.values.limits };
  const { format, diagnostics, triggers } = attempt(() => {
    const file = readDefinitionFile(path, options.format, limits);
    return { format: file.format, ...file.compile(limits) };
  });
  if (terminal.json) terminal.printJson({ file: path, format, valid: triggers !== undefined, diagnostics });
  else {
    showDiagnostics(terminal, path, diagnostics);
    if (triggers)
      terminal.print(
        `${path}: ${terminal.paint('green', 'valid')} (${format}, ${triggers.triggers.length} triggers)`,
      );
    else terminal.print(`${path}: ${terminal.paint('red', 'not valid')} (${countOf(diagnostics.length)})`);
  }
  return triggers !== undefined;
}

function countOf(faults: number): string {
  return faults === 1 ? '1 fault' : `${faults} faults`;
}

type Checked = { format: string | undefined } & ReturnType<ReturnType<typeof readDefinitionFile>['compile']>;

/** Text that cannot be parsed is one more diagnostic. */
function attempt(check: () => Checked): Checked {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    const { code, message, place } = error;
    return { format: undefined, diagnostics: [{ severity: 'error', code, message, pointer: '', ...place }] };
  }
}
