import { LIMITS } from '../../model/limits.ts';
import type { Command } from '../command.ts';
import { readDefinitionFile, showDiagnostics } from '../definition-file.ts';
import { EXIT } from '../exit-codes.ts';
import { FORMAT_OPTION } from './validate.ts';

export const compile: Command = {
  name: 'compile',
  summary: 'Print the triggers that a definition becomes',
  positionals: ['FILE'],
  options: FORMAT_OPTION,
  settings: ['engine'],
  async run({ positionals, options, configuration, terminal }) {
    const limits = { ...LIMITS, ...configuration.values.limits };
    const path = positionals[0] as string;
    const file = readDefinitionFile(path, options.format, limits);
    const { diagnostics, triggers } = file.compile(limits);
    showDiagnostics(terminal, path, diagnostics);
    if (triggers === undefined) return EXIT.invalid;
    if (terminal.json) terminal.printJson(triggers);
    else terminal.print(JSON.stringify(triggers, null, 2));
    return EXIT.ok;
  },
};
