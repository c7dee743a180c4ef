import { describe, expect, it } from 'vitest';
import { importsOf, SOURCES } from './sources.ts';

/** Downwards; folders of one line may import each other. */
const LAYERS: readonly (readonly string[])[] = [
  ['cli', 'frontend', 'controller', 'client'],
  ['workers'],
  ['logs', 'stores'],
  ['compilers'],
  ['engine'],
  ['actions'],
  ['conditions'],
  ['expressions'],
  ['triggers'],
  ['model'],
];

/** The package's entry stands above all folders. */
const ENTRY = 'src/index.ts';

const folderOf = (path: string) => path.split('/')[1]!;
const layerOf = (path: string) =>
  path === ENTRY ? -1 : LAYERS.findIndex((layer) => layer.includes(folderOf(path)));

describe('the folders of src', () => {
  it('are those of the layers', () => {
    const unknown = SOURCES.filter(({ path }) => path !== ENTRY && layerOf(path) < 0);
    expect(unknown.map(({ path }) => path)).toEqual([]);
  });

  it('import downwards only', () => {
    const upwards = SOURCES.flatMap((source) =>
      importsOf(source)
        .filter((target) => target.startsWith('src/') && layerOf(target) < layerOf(source.path))
        .map((target) => `${source.path} imports ${target}`),
    );
    expect(upwards).toEqual([]);
  });

  it('import nothing of tests, benchmarks or examples', () => {
    const outside = SOURCES.flatMap((source) =>
      importsOf(source)
        .filter(
          (target) =>
            !target.startsWith('src/') && target !== 'package.json' && !target.startsWith('schemas/'),
        )
        .map((target) => `${source.path} imports ${target}`),
    );
    expect(outside).toEqual([]);
  });

  it('hold no two files that need each other to be loaded', () => {
    const graph = new Map(
      SOURCES.map((source) => [source.path, importsOf({ ...source, code: atRunTime(source.code) })]),
    );
    expect(cyclesOf(graph)).toEqual([]);
  });
});

/** Without imports that are types alone, which are gone before the code runs. */
function atRunTime(code: string): string {
  return code
    .replace(/\b(import|export)\s+type\b[^;]*;/g, '')
    .replace(/\b(import|export)\s*\{\s*(?:type\s+\w+(?:\s+as\s+\w+)?\s*,?\s*)+\}\s*from[^;]*;/g, '');
}

/** One path per group of files that reach themselves. */
function cyclesOf(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const path: string[] = [];
  const cycles: string[] = [];
  const visit = (file: string) => {
    const place = path.indexOf(file);
    if (place >= 0) {
      cycles.push([...path.slice(place), file].join(' -> '));
      return;
    }
    if (done.has(file)) return;
    path.push(file);
    for (const target of graph.get(file) ?? []) visit(target);
    path.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return cycles;
}
