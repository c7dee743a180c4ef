import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { VERSION } from '../version.ts';

export const version: Command = {
  name: 'version',
  summary: 'Print the version',
  positionals: [],
  options: {},
  settings: [],
  async run({ terminal }) {
    if (terminal.json) terminal.printJson({ version: VERSION, node: process.version });
    else terminal.print(VERSION);
    return EXIT.ok;
  },
};
