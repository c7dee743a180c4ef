import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { CONDITION_TYPES } from '../../src/conditions/index.ts';
import { TRIGGER_RULES } from '../../src/model/documents.ts';
import { validate } from '../../src/model/schema.ts';
import { fences, PageEngine, pageOf } from './page-example.ts';

const engine = new PageEngine();
afterEach(() => engine.close());

interface Schema {
  readonly properties?: Readonly<Record<string, { const?: string }>>;
  readonly allOf?: readonly object[];
}

describe.each(CONDITION_TYPES)('docs/conditions/%s.md', (type) => {
  const page = pageOf(`conditions/${type}`);

  it('has an example that works and comes to what it says', () => engine.prove(page.split('## Example')[1]!));

  it('names every setting', () => {
    const text = readFileSync(new URL('../../schemas/trigger.json', import.meta.url), 'utf8');
    const { $defs } = JSON.parse(text) as { $defs: Record<string, Schema> };
    const { properties, allOf } = Object.values($defs).find(
      (each) => each.properties?.['type']?.const === type,
    )!;
    const names = Object.keys({ ...properties, ...(allOf && $defs['Gathering']!.properties) });
    expect(names.filter((name) => name !== 'type' && !page.includes(`| \`${name}\` |`))).toEqual([]);
  });
});

describe('docs/conditions', () => {
  it('lists every condition, and its example of a trigger is sound', () => {
    const page = pageOf('conditions/README');
    for (const type of CONDITION_TYPES) expect(page).toContain(`[\`${type}\`](${type}.md)`);
    const trigger = JSON.parse(fences(page, 'json')[0]!) as unknown;
    expect(validate('trigger#/$defs/TriggerDefinition', trigger)).toEqual([]);
  });

  it('has a row for each of the 13 rules', () => {
    const rows = pageOf('conditions/rule').split('## The rules')[1]!;
    expect(TRIGGER_RULES).toHaveLength(13);
    for (const rule of TRIGGER_RULES) expect(rows).toContain(`| \`${rule}\` |`);
  });
});
