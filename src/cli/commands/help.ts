import { COMMON_OPTIONS } from '../arguments.ts';
import { type Command, UsageError, usageOf } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { environmentOf, flagOf, SETTING_NAMES, SETTINGS, type Setting } from '../settings.ts';
import type { Terminal } from '../terminal.ts';

/** `help` itself needs to know all commands, itself included. */
export function helpCommand(commands: () => readonly Command[]): Command {
  return {
    name: 'help',
    summary: 'Show the commands, one of them (`help run`), or the settings (`help settings`)',
    positionals: ['COMMAND...?'],
    options: {},
    settings: [],
    async run({ positionals, terminal }) {
      const wanted = positionals.join(' ');
      if (wanted === '') showCommands(terminal, commands());
      else if (wanted === 'settings') showSettings(terminal);
      else showMatching(terminal, commands(), wanted);
      return EXIT.ok;
    },
  };
}

function showCommands(terminal: Terminal, commands: readonly Command[]): void {
  const width = Math.max(...commands.map(({ name }) => name.length));
  terminal.print('Usage: tidegate COMMAND [ARGUMENTS] [OPTIONS]\n');
  for (const { name, summary } of commands)
    terminal.print(`  ${terminal.paint('bold', name.padEnd(width))}  ${summary}`);
  terminal.print(
    '\nEvery command takes --json, --config FILE and --help. `tidegate help settings` lists the settings.',
  );
  terminal.print(
    'Exit codes: 0 ok, 1 the run failed, 2 usage or configuration, 3 invalid definition or input,',
  );
  terminal.print(
    '4 refused by the server, 5 no server there, 6 the engine cannot start, 70 a defect, 130 interrupted.',
  );
}

function showMatching(terminal: Terminal, commands: readonly Command[], wanted: string): void {
  const found = commands.filter(({ name }) => name === wanted || name.startsWith(`${wanted} `));
  if (found.length === 0) throw new UsageError(`"${wanted}" is not a command`);
  found.forEach((command, index) => {
    if (index > 0) terminal.print();
    showCommand(terminal, command);
  });
}

export function showCommand(terminal: Terminal, command: Command): void {
  terminal.print(terminal.paint('bold', usageOf(command)));
  terminal.print(`  ${command.summary}.`);
  if (command.details !== undefined) terminal.print(`\n${command.details.replace(/^/gm, '  ')}`);
  const options = Object.entries({ ...command.options, ...COMMON_OPTIONS });
  showOptions(
    terminal,
    options.map(([name, option]) => [`--${name}${'value' in option ? ` ${option.value}` : ''}`, option.doc]),
  );
  const settings = SETTING_NAMES.filter((name) => command.settings.includes(SETTINGS[name].side));
  if (settings.length === 0) return;
  terminal.print(
    `\n  Settings (\`tidegate help settings\`): ${settings.map((name) => `--${flagOf(name)}`).join(' ')}`,
  );
}

function showSettings(terminal: Terminal): void {
  terminal.print(
    'A flag comes before the environment, that before the file (--config, TIDEGATE_CONFIG), that before the default.\n',
  );
  for (const name of SETTING_NAMES) {
    const { kind, standard, doc } = SETTINGS[name] as Setting<unknown>;
    const value =
      standard === undefined || String(standard) === '' || typeof standard === 'object'
        ? 'none'
        : String(standard);
    terminal.print(
      `${terminal.paint('bold', `--${flagOf(name)}`)}  ${environmentOf(name)}  (${kind.label.replaceAll('`', '')}; default ${value})`,
    );
    terminal.print(`    ${doc.replaceAll('`', '')}`);
  }
}

function showOptions(terminal: Terminal, rows: readonly (readonly [string, string])[]): void {
  const width = Math.max(...rows.map(([left]) => left.length));
  terminal.print();
  for (const [left, right] of rows) terminal.print(`  ${left.padEnd(width)}  ${right}`);
}
