import type { ReadConfiguration } from './configuration.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/** One command of the line: what it takes, and what it does. `help` and the checks are derived from it. */
export interface Command {
  /** One or two words: `start`, `runs list`. */
  readonly name: string;
  readonly summary: string;
  /** Names of what comes without a dash; `?` after those that may be left out, `...` after one that may come often. */
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, Option>>;
  /** Whose settings it takes as flags. */
  readonly settings: readonly ('engine' | 'client')[];
  /** Further paragraphs and examples for `help`. */
  readonly details?: string;
  run(call: Invocation): Promise<ExitCode>;
}

export interface Option {
  readonly doc: string;
  /** What the value is called; absent: the option is a switch. */
  readonly value?: string;
}

export interface Invocation {
  readonly positionals: readonly string[];
  /** The command's own options. */
  readonly options: Readonly<Record<string, string | undefined>>;
  readonly switches: ReadonlySet<string>;
  readonly configuration: ReadConfiguration;
  readonly terminal: Terminal;
  readonly input: AsyncIterable<Buffer | string>;
  /** Aborted by the first SIGINT or SIGTERM. A second one ends the process at once. */
  readonly interrupted: AbortSignal;
}

/** The command line is not as the command takes it. */
export class UsageError extends Error {
  readonly command: string | undefined;
  constructor(message: string, command?: string) {
    super(message);
    this.name = 'UsageError';
    this.command = command;
  }
}

export function usageOf(command: Command): string {
  const positionals = command.positionals.map((name) =>
    name.includes('?') ? `[${name.replace('?', '')}]` : name,
  );
  const options = Object.entries(command.options).map(
    ([name, { value }]) => `[--${name}${value ? ` ${value}` : ''}]`,
  );
  return ['tidegate', command.name, ...positionals, ...options].join(' ');
}
