import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { TidegateError } from '../model/errors.ts';
import { nearest } from '../model/nearest.ts';
import { Refusal } from './setting.ts';
import {
  type Configuration,
  environmentOf,
  flagOf,
  SETTING_NAMES,
  SETTINGS,
  type Setting,
  type SettingName,
} from './settings.ts';

/** Where settings come from, the stronger first: flags, environment, file, defaults. */
export interface Sources {
  /** By flag without its dashes; only those given. `config` names the file. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What relative paths start from. */
  readonly folder: string;
}

/** A configuration, and which of its settings somebody has given. */
export interface ReadConfiguration {
  readonly values: Configuration;
  readonly given: ReadonlySet<SettingName>;
}

/** Throws INVALID_CONFIGURATION that names all faults at once, one line each; `details.faults` has them as a list. */
export function readConfiguration({ flags, environment, folder }: Sources): ReadConfiguration {
  const faults: string[] = [];
  const file = readFile(flags.config ?? environment.TIDEGATE_CONFIG, folder, faults);
  const values: Record<string, unknown> = {};
  const given = new Set<SettingName>();
  for (const name of SETTING_NAMES) {
    const setting = SETTINGS[name] as Setting<unknown>;
    const found = [
      { origin: `--${flagOf(name)}`, value: flags[flagOf(name)], base: folder },
      { origin: environmentOf(name), value: environment[environmentOf(name)] || undefined, base: folder },
      { origin: `"${name}" in ${file.path}`, value: file.values[name], base: dirname(file.path) },
    ].find(({ value }) => value !== undefined);
    const read = setting.kind.read(found?.value ?? setting.standard, found?.base ?? folder);
    if (found === undefined) {
      values[name] = setting.standard === undefined || read instanceof Refusal ? setting.standard : read;
      continue;
    }
    given.add(name);
    if (read instanceof Refusal) faults.push(describe(found.origin, found.value, setting, read));
    else values[name] = read;
  }
  if (faults.length > 0) {
    throw new TidegateError('INVALID_CONFIGURATION', faults.join('\n'), { details: { faults } });
  }
  return { values: values as unknown as Configuration, given };
}

function describe(origin: string, value: unknown, setting: Setting<unknown>, refusal: Refusal): string {
  const shown = setting.secret ? 'a value that is not shown' : JSON.stringify(value);
  return refusal.because === undefined
    ? `${origin} is ${shown}; it must be ${setting.kind.rule}`
    : `${origin} is ${shown}: ${refusal.because}`;
}

interface FileValues {
  readonly path: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** YAML, and so JSON too. */
function readFile(given: unknown, folder: string, faults: string[]): FileValues {
  if (given === undefined || given === '') return { path: '', values: {} };
  const path = resolve(folder, String(given));
  const nothing = { path, values: {} };
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    faults.push(`the configuration file ${path} cannot be read: ${(error as Error).message}`);
    return nothing;
  }
  const document = parseDocument(text, { prettyErrors: true });
  const [fault] = document.errors;
  if (fault) {
    faults.push(`the configuration file ${path} is no YAML or JSON: ${fault.message.split('\n')[0]}`);
    return nothing;
  }
  const values: unknown = document.toJS({ maxAliasCount: 100 });
  if (values === null) return nothing;
  if (typeof values !== 'object' || Array.isArray(values)) {
    faults.push(`the configuration file ${path} must hold an object of settings`);
    return nothing;
  }
  for (const name of Object.keys(values)) {
    if (Object.hasOwn(SETTINGS, name) || name === '$schema') continue;
    const meant = nearest(name, SETTING_NAMES);
    faults.push(
      `"${name}" in ${path} is not a setting${meant ? `; did you mean "${meant}"?` : '; `tidegate help settings` lists them'}`,
    );
  }
  return { path, values: values as Record<string, unknown> };
}
