import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandLine } from './command-line.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-definitions-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const DAG = 'tasks:\n  a: { value: 1 }\n  b: { needs: a, value: "${results.a}" }\n';
const TRIGGERS = JSON.stringify({
  triggers: [{ id: 't', activationEvents: [{ type: 'x' }], condition: { type: 'always' }, actions: [] }],
});

test.each([
  ['plain.yaml', DAG, 'dag'],
  ['plain.json', TRIGGERS, 'triggers'],
  ['wrapped.json', `{"format": "triggers", "definition": ${TRIGGERS}}`, 'triggers'],
])('the format of %s is told from its content', async (name, text, format) => {
  const { code, json } = await commandLine(['validate', '--json', file(name, text)]);
  expect(json()).toMatchObject([{ valid: true, format, diagnostics: [] }]);
  expect(code).toBe(0);
});

test('every fault of every file is told with file, line, column, pointer and what to write instead', async () => {
  const bad = file(
    'bad.yaml',
    'tasks:\n  a: { needs: b }\n  b: { needs: a, functon: x }\n  c: { needs: aa }\n',
  );
  const good = file('good.yaml', DAG);
  const { code, out, err } = await commandLine(['validate', bad, good]);
  expect(err).toContain(
    `${bad}:3:18 error UNKNOWN_FIELD "functon" is not a field of "b"; did you mean "function"? (at /tasks/b/functon)`,
  );
  expect(err).toContain(`${bad}:4:8 error DAG_UNKNOWN_TASK`);
  expect(err).toContain('error DAG_CYCLE');
  expect(out).toContain(`${bad}: not valid (3 faults)`);
  expect(out).toContain(`${good}: valid (dag, `);
  expect(code).toBe(3);
});

test('faults inside {format, definition} have their place in the file', async () => {
  const path = file('body.json', '{"format": "dag",\n "definition": {"tasks": {\n  "a": {"needs": "x"}}}}');
  const { json } = await commandLine(['validate', '--json', path]);
  expect(json()).toMatchObject([
    {
      valid: false,
      diagnostics: [{ code: 'DAG_UNKNOWN_TASK', pointer: '/definition/tasks/a/needs', line: 3 }],
    },
  ]);
});

test('text that is no YAML is a fault with its place, not a crash', async () => {
  const { code, json } = await commandLine(['validate', '--json', file('broken.yaml', 'tasks: [1\nb: {')]);
  expect(json()).toMatchObject([
    { valid: false, diagnostics: [{ code: 'INVALID_YAML', line: expect.any(Number) }] },
  ]);
  expect(code).toBe(3);
});

test('a file that is not there, or of no format known, is a matter of usage', async () => {
  expect((await commandLine(['validate', join(folder, 'none.yaml')])).err).toContain('cannot be read');
  const { code, err } = await commandLine(['compile', file('odd.yaml', 'a: 1\n')]);
  expect(err).toContain('say --format FORMAT (triggers, dag, asl)');
  expect(code).toBe(2);
});

test('a state machine is known by its members, and its faults are told with their places', async () => {
  const { code, err } = await commandLine([
    'validate',
    file('machine.json', '{"StartAt": "A", "States": {}}'),
  ]);
  expect(err).toMatch(/machine\.json:1:\d+ error ASL_EMPTY/);
  expect(code).toBe(3);
});

test('compile prints the triggers', async () => {
  const { out, code } = await commandLine(['compile', file('two.yaml', DAG)]);
  expect((JSON.parse(out) as { triggers: { id: string }[] }).triggers.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['a', 'b']),
  );
  expect(code).toBe(0);
});

test('graph draws a file as Mermaid and as SVG', async () => {
  const path = file('drawn.yaml', DAG);
  expect((await commandLine(['graph', path])).out).toMatch(/^flowchart TD\n[\s\S]*n0 --> n1/);
  expect((await commandLine(['graph', path, '--format', 'svg'])).out).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
});
