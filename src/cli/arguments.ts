import { parseArgs } from 'node:util';
import { nearest } from '../model/nearest.ts';
import { type Command, UsageError, usageOf } from './command.ts';
import { flagOf, SETTING_NAMES, SETTINGS } from './settings.ts';

/** Options that every command takes. */
export const COMMON_OPTIONS = {
  json: { doc: 'Write JSON for programs, one value per line.' },
  config: { doc: 'Read settings from this YAML or JSON file.', value: 'FILE' },
  help: { doc: 'Show what the command takes.' },
} as const satisfies Command['options'];

export interface ParsedArguments {
  readonly command: Command;
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, string | undefined>>;
  readonly switches: ReadonlySet<string>;
  /** Settings and `config`, by flag. */
  readonly settings: Readonly<Record<string, string | undefined>>;
}

/** The command that the first words name, two of them before one. Throws UsageError. */
export function findCommand(commands: readonly Command[], words: readonly string[]): [Command, string[]] {
  const [first = '', second] = words;
  const byName = (name: string) => commands.find((command) => command.name === name);
  const double = second === undefined ? undefined : byName(`${first} ${second}`);
  if (double) return [double, words.slice(2)];
  const single = byName(first);
  if (single) return [single, words.slice(1)];
  const family = commands.filter(({ name }) => name.startsWith(`${first} `));
  if (family.length > 0) {
    const verbs = family.map(({ name }) => name.slice(first.length + 1));
    const said = second === undefined ? `"${first}" wants a verb` : `"${first} ${second}" is not a command`;
    throw new UsageError(`${said}: ${first} ${verbs.join('|')}`);
  }
  const meant = nearest(first, new Set(commands.map(({ name }) => name.split(' ')[0] as string)));
  throw new UsageError(`"${first}" is not a command${meant ? `; did you mean "${meant}"?` : ''}`);
}

/** Throws UsageError for what the command does not take. */
export function parseArguments(command: Command, words: readonly string[]): ParsedArguments {
  const settings = SETTING_NAMES.filter((name) => command.settings.includes(SETTINGS[name].side)).map(flagOf);
  const own = { ...COMMON_OPTIONS, ...command.options };
  const known: Record<string, { type: 'string' | 'boolean' }> = {};
  for (const flag of settings) known[flag] = { type: 'string' };
  for (const [name, option] of Object.entries(own))
    known[name] = { type: 'value' in option ? 'string' : 'boolean' };
  const { values, positionals, tokens } = parseArgs({
    args: [...words],
    options: known,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const row = known[token.name];
    if (!row) throw unknownOption(token.name, token.rawName, Object.keys(known), command);
    if (
      row.type === 'string' &&
      (token.value === undefined || (!token.inlineValue && /^--./.test(token.value)))
    )
      throw new UsageError(`${token.rawName} wants a value`, command.name);
    if (row.type === 'boolean' && token.value !== undefined)
      throw new UsageError(`${token.rawName} takes no value`, command.name);
  }
  if (values.help !== true) checkPositionals(command, positionals);
  const options: Record<string, string | undefined> = {};
  const switches = new Set<string>();
  const given: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value === true) switches.add(name);
    else if (name === 'config' || (settings.includes(name) && !Object.hasOwn(command.options, name)))
      given[name] = value as string;
    else options[name] = value as string;
  }
  return { command, positionals, options, switches, settings: given };
}

function unknownOption(name: string, raw: string, known: readonly string[], command: Command): UsageError {
  const meant = nearest(name, known);
  return new UsageError(
    `${raw} is not an option of "${command.name}"${meant ? `; did you mean --${meant}?` : ''}`,
    command.name,
  );
}

function checkPositionals(command: Command, given: readonly string[]): void {
  const wanted = command.positionals.filter((name) => !name.includes('?')).length;
  const open = command.positionals.some((name) => name.endsWith('...'));
  if (given.length < wanted || (!open && given.length > command.positionals.length))
    throw new UsageError(`usage: ${usageOf(command)}`, command.name);
}
