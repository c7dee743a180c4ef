/**
 * schemas/configuration.json and the tables of docs/configuration.md come from the table of settings. To write them anew:
 *
 *   npm run generate
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { configurationSchema, configurationTables } from '../../src/cli/configuration-documents.ts';
import { validate } from '../../src/model/schema.ts';

const SCHEMA = new URL('../../schemas/configuration.json', import.meta.url);
const PAGE = new URL('../../docs/configuration.md', import.meta.url);
const update = process.env.UPDATE_DOCUMENTS !== undefined;

function withTables(page: string): string {
  const tables = configurationTables();
  return page.replace(
    /(<!-- (settings|limits) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_all, begin: string, name: keyof typeof tables, end: string) => `${begin}${tables[name]}\n${end}`,
  );
}

test('the schema of the configuration file says what the table says', () => {
  const schema = configurationSchema();
  if (update) writeFileSync(SCHEMA, `${JSON.stringify(schema, null, 2)}\n`);
  expect(JSON.parse(readFileSync(SCHEMA, 'utf8'))).toEqual(schema);
});

test('the page about the configuration shows the tables as they are', () => {
  const page = readFileSync(PAGE, 'utf8');
  if (update) writeFileSync(PAGE, withTables(page));
  expect(readFileSync(PAGE, 'utf8')).toBe(withTables(page));
});

test('the schema takes a file that the parser takes, and names what it does not', () => {
  expect(validate('configuration', { port: 8080, limits: { bodyBytes: 1 }, apiKeys: ['k'] })).toEqual([]);
  expect(validate('configuration', { prot: 8080 })).toMatchObject([{ suggestion: 'port' }]);
});
