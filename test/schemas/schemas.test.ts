import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ERRORS } from '../../src/model/errors.ts';
import { RUN_STATUSES } from '../../src/model/run.ts';
import { compileSchema, validate } from '../../src/model/schema.ts';

const FOLDER = new URL('../../schemas/', import.meta.url);
const read = (file: string) => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'));
const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));

describe.each(files)('schemas/%s', (file) => {
  const name = file.replace(/\.json$/, '');
  const schema = read(file);

  it('says what it is, for editors', () => {
    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(schema.$id).toBe(`https://tidegate.dev/schemas/${file}`);
    expect(schema.title).toBeTruthy();
    expect(schema.description).toBeTruthy();
  });

  it('compiles, with each of its definitions', () => {
    compileSchema(name);
    for (const definition of Object.keys(schema.$defs ?? {})) compileSchema(`${name}#/$defs/${definition}`);
  });
});

describe('the API documents', () => {
  const run = {
    id: 'r1',
    workflow: 'w',
    version: 1,
    status: 'RUNNING',
    input: null,
    startedAt: '2026-11-05T10:00:00Z',
    labels: {},
  };

  it('know every status of a run', () => {
    for (const status of RUN_STATUSES) expect(validate('api#/$defs/Run', { ...run, status })).toEqual([]);
    expect(validate('api#/$defs/Run', { ...run, status: 'DONE' })).toHaveLength(1);
    expect(validate('api#/$defs/RunPage', { items: [run], cursor: 'x' })).toEqual([]);
  });

  it('take every error code', () => {
    const problem = {
      type: 'https://tidegate.dev/errors/x',
      title: 't',
      status: 400,
      detail: 'd',
      remedy: 'r',
      instance: '/v1',
    };
    for (const code of Object.keys(ERRORS))
      expect(validate('api#/$defs/Problem', { ...problem, code })).toEqual([]);
  });

  it('refuse unknown fields in requests', () => {
    expect(validate('api#/$defs/StartRun', { id: 'a', input: [], labels: { team: 'x' } })).toEqual([]);
    expect(validate('api#/$defs/StartRun', { inputs: 1 })).toMatchObject([
      { code: 'UNKNOWN_FIELD', suggestion: 'input' },
    ]);
    expect(validate('api#/$defs/CallbackFailure', { reason: 'x' })).toHaveLength(1);
  });
});
