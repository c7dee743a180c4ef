import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ACTION_TYPES, compileAction } from '../../src/actions/index.ts';
import type { TriggerDefinition } from '../../src/model/documents.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { validate } from '../../src/model/schema.ts';

const folder = new URL('../../docs/actions/', import.meta.url);
const pages = readdirSync(folder).filter((name) => name !== 'README.md');
const textOf = (page: string) => readFileSync(new URL(page, folder), 'utf8');
const examplesOf = (page: string) =>
  [...textOf(page).matchAll(/```json\n(.*?)```/gs)].map(([, json]) => JSON.parse(json!) as TriggerDefinition);
const actionsOf = ({ actions }: TriggerDefinition) => Object.values(actions).flat();

describe('docs/actions', () => {
  it.each(pages)('%s shows triggers that can be registered', (page) => {
    const examples = examplesOf(page);
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      expect(validate('trigger', example)).toEqual([]);
      for (const action of actionsOf(example)) compileAction(action, LIMITS);
    }
  });

  it('has an example of every action, on the page that the overview names', () => {
    const overview = textOf('README.md');
    for (const type of ACTION_TYPES) {
      const [, page = ''] = new RegExp(`\\[[^\\]]*\`${type}\`[^\\]]*\\]\\(([^)]+)\\)`).exec(overview) ?? [];
      expect(pages, type).toContain(page);
      expect(
        examplesOf(page)
          .flatMap(actionsOf)
          .map((action) => action.type as string),
        type,
      ).toContain(type);
    }
  });
});
