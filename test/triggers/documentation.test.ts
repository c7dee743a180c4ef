import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { COMPILERS } from '../../src/compilers/index.ts';
import { EVENT_TYPES } from '../../src/model/cloud-event.ts';
import { LIMITS, type LimitName } from '../../src/model/limits.ts';
import { RUN_STATUSES } from '../../src/model/run.ts';
import { fences, PageEngine, pageOf } from '../conditions/page-example.ts';

const engine = new PageEngine();
afterEach(() => engine.close());

/** The sections of a page that hold an example: a script and the answer to its last command. */
function examplesOf(page: string): [name: string, section: string][] {
  return page
    .split(/^## /m)
    .filter((section) => fences(section, 'sh').length > 0)
    .map((section) => [section.split('\n')[0]!, section]);
}

function settingsOf(schema: string, definition: string): string[] {
  const text = readFileSync(new URL(`../../schemas/${schema}.json`, import.meta.url), 'utf8');
  const { $defs } = JSON.parse(text) as { $defs: Record<string, { properties: object }> };
  return Object.keys($defs[definition]!.properties);
}

describe('docs/triggers.md', () => {
  const page = pageOf('triggers');

  it.each(examplesOf(page))('has an example that works: %s', (_name, section) => engine.prove(section));

  it.each(['TriggerDefinition', 'ActivationEvent', 'Interception'])(
    'names every member of %s',
    (definition) => {
      const missing = settingsOf('trigger', definition).filter((name) => !page.includes(`| \`${name}\` |`));
      expect(missing).toEqual([]);
    },
  );

  it("names the engine's own event types", () => {
    const named = (type: string) =>
      page.includes(`\`${type}\``) || page.includes(`\`.${type.split('.').at(-1)}\``);
    expect(Object.values(EVENT_TYPES).filter((type) => !named(type))).toEqual([]);
  });
});

describe('docs/workflows.md', () => {
  const page = pageOf('workflows');

  it.each(examplesOf(page))('has an example that works: %s', (_name, section) => engine.prove(section));

  it('names every member of a definition, every format and every status', () => {
    const names = [...settingsOf('workflow', 'TriggersDefinition'), ...Object.keys(COMPILERS)];
    expect(names.filter((name) => !page.includes(`| \`${name}\` |`))).toEqual([]);
    expect(RUN_STATUSES.filter((status) => !page.includes(`\`${status}\``))).toEqual([]);
  });

  it('gives the limits as they are', () => {
    const rows = [...page.split('## Limits')[1]!.matchAll(/^\| `(\w+)` \| ([\d,]+) \|/gm)];
    expect(rows.length).toBeGreaterThan(10);
    for (const [, name, value] of rows) {
      expect(value, name).toBe(LIMITS[name as LimitName]?.toLocaleString('en-US'));
    }
  });
});
