import { findCommand, parseArguments } from './arguments.ts';
import { showCommand } from './commands/help.ts';
import { COMMANDS } from './commands/index.ts';
import { readConfiguration } from './configuration.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { reportError } from './report-error.ts';
import type { Terminal } from './terminal.ts';

/** What of the process a command line needs. */
export interface Surroundings {
  readonly terminal: Terminal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  readonly input: AsyncIterable<Buffer | string>;
  readonly interrupted: AbortSignal;
}

/** Carries out one command line. Failures are reported, never thrown. */
export async function execute(words: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const { terminal, environment, folder, input, interrupted } = surroundings;
  try {
    const [command, rest] = findCommand(COMMANDS, commandWords(words));
    const { positionals, options, switches, settings } = parseArguments(command, rest);
    if (switches.has('help')) {
      showCommand(terminal, command);
      return EXIT.ok;
    }
    const flags = settings;
    const configuration = readConfiguration({ flags, environment, folder });
    return await command.run({ positionals, options, switches, configuration, terminal, input, interrupted });
  } catch (error) {
    return reportError(error, terminal);
  }
}

/** Nothing asks for help; so do the flags that people try first. `runs` alone lists. */
function commandWords(words: readonly string[]): readonly string[] {
  const [first, second] = words;
  if (first === undefined || first === '--help' || first === '-h') return ['help', ...words.slice(1)];
  if (first === '--version' || first === '-v') return ['version'];
  if (first === 'runs' && (second === undefined || second.startsWith('-')))
    return ['runs', 'list', ...words.slice(1)];
  return words;
}
