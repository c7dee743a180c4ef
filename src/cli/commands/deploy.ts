import { LIMITS } from '../../model/limits.ts';
import type { Command } from '../command.ts';
import { readDefinitionFile, showDiagnostics } from '../definition-file.ts';
import { EXIT } from '../exit-codes.ts';
import { withServer } from '../server.ts';
import { FORMAT_OPTION } from './validate.ts';

export const deploy: Command = {
  name: 'deploy',
  summary: 'Register a definition with a server',
  positionals: ['FILE'],
  options: {
    ...FORMAT_OPTION,
    name: { doc: 'Name of the workflow; default: its own, or that of the file.', value: 'NAME' },
  },
  settings: ['client'],
  async run(call) {
    const { positionals, options, terminal } = call;
    const path = positionals[0] as string;
    const file = readDefinitionFile(path, options.format, LIMITS);
    const workflow = await withServer(call, (client) =>
      client.putWorkflow(options.name ?? file.name, file.format, file.definition),
    );
    const { definition: _, warnings, ...rest } = workflow;
    if (terminal.json) terminal.printJson({ ...rest, warnings });
    else {
      showDiagnostics(terminal, path, warnings);
      const how = rest.created ? 'registered' : 'unchanged';
      terminal.print(`${rest.name} version ${rest.version} (${rest.format}), ${how}`);
    }
    return EXIT.ok;
  },
};
