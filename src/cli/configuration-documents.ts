import { LIMITS } from '../model/limits.ts';
import { environmentOf, flagOf, SETTING_NAMES, SETTINGS, type Setting } from './settings.ts';

/** What `schemas/configuration.json` holds: the shape of a configuration file, for editors. */
export function configurationSchema(): object {
  const properties = SETTING_NAMES.map((name) => {
    const { kind, standard, doc } = SETTINGS[name] as Setting<unknown>;
    const plain = standard === undefined || (Array.isArray(standard) && standard.length === 0);
    return [
      name,
      { description: doc, ...kind.schema, ...(!plain && name !== 'limits' && { default: standard }) },
    ];
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://tidegate.dev/schemas/configuration.json',
    title: 'Tidegate configuration',
    description: 'A configuration file (--config, TIDEGATE_CONFIG), in YAML or JSON.',
    type: 'object',
    additionalProperties: false,
    properties: { $schema: { type: 'string' }, ...Object.fromEntries(properties) },
  };
}

/** The tables of docs/configuration.md. */
export function configurationTables(): { settings: string; limits: string } {
  const settings = SETTING_NAMES.map((name) => {
    const { kind, standard, doc } = SETTINGS[name] as Setting<unknown>;
    return [
      `\`${name}\``,
      `\`--${flagOf(name)}\``,
      `\`${environmentOf(name)}\``,
      kind.label,
      shown(standard),
      doc,
    ];
  });
  return {
    settings: markdown(['In a file', 'Flag', 'Environment', 'Value', 'Default', 'What it does'], settings),
    limits: markdown(
      ['Limit', 'Default'],
      Object.entries(LIMITS).map(([name, value]) => [`\`${name}\``, String(value)]),
    ),
  };
}

function shown(standard: unknown): string {
  if (
    standard === undefined ||
    (typeof standard === 'object' && Object.keys(standard as object).length === 0)
  )
    return 'none';
  return `\`${String(standard)}\``;
}

function markdown(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}
