import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileDefinition } from '../../../src/compilers/index.ts';
import { LIMITS } from '../../../src/model/limits.ts';
import { type Behaviour, Driver } from '../../engine/drive.ts';

const FOLDER = new URL('../../../examples/dags/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, FOLDER), 'utf8');

function run(text: string, input: unknown, behaviour?: Behaviour) {
  const { triggers, diagnostics } = compileDefinition('dag', text, { limits: LIMITS });
  expect(diagnostics).toEqual([]);
  return new Driver(triggers!, { input, ...(behaviour && { behaviour }) }).start().finish().result;
}

describe('the examples do what they say', () => {
  it.each(readdirSync(FOLDER).filter((name) => name.endsWith('.yaml')))('%s compiles', (name) => {
    expect(compileDefinition('dag', read(name), { limits: LIMITS }).diagnostics).toEqual([]);
  });

  it('branch', () => {
    expect(run(read('branch.yaml'), { total: 120 }).output).toBe('reviewed');
    expect(run(read('branch.yaml'), { total: 20 }).output).toBe('accepted at once');
  });
  it('for-each', () => {
    const { output } = run(read('for-each.yaml'), { colours: ['red', 'blue'] });
    expect(output).toEqual({ count: 6, names: 'red-S, red-M, red-L, blue-S, blue-M, blue-L' });
  });
  it('setup-teardown', () => {
    expect(run(read('setup-teardown.yaml'), null)).toMatchObject({
      status: 'FAILED',
      cause: { failed: [{ task: 'work' }] },
    });
  });
  it('groups', () => {
    expect(run(read('groups.yaml'), { records: [{ n: 2 }, { x: 1 }, { n: 5 }] }).output).toEqual([4, 25]);
  });
  it('http', () => {
    const answers: Behaviour = ({ request }) => {
      const { url, body } = request as { url: string; body: { text: string; part: string } & number[] };
      if (url.endsWith('/split')) return { result: { parts: body.text.split('. ') } };
      if (url.endsWith('/count')) return { result: body.part.split(' ').length };
      return { result: body.reduce((sum, n) => sum + n, 0) };
    };
    expect(run(read('http.yaml'), { functions: 'http://f', text: 'a b. c. d e f' }, answers).output).toBe(6);
  });
});

describe('docs/dag.md', () => {
  const page = readFileSync(new URL('../../../docs/dag.md', import.meta.url), 'utf8');
  const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text!);

  it.each(blocks)('the example compiles: %s', (text) => {
    expect(compileDefinition('dag', text, { limits: LIMITS }).diagnostics).toEqual([]);
  });

  it('lists every diagnostic of the dialect', () => {
    const folder = new URL('../../../src/compilers/dag/', import.meta.url);
    const sources = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'));
    const codes = new Set(
      sources.flatMap((text) => text.match(/'DAG_[A-Z_]+'/g) ?? []).map((code) => code.slice(1, -1)),
    );
    expect([...codes].filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
  });
});
