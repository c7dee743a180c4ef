import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';

export const ROOT = new URL('../../', import.meta.url).pathname;

export interface Source {
  /** From the root of the repository, with "/". */
  readonly path: string;
  readonly text: string;
  /** Without comments. */
  readonly code: string;
  readonly lines: number;
}

const IGNORED = new Set(['node_modules', 'dist', '.git', '.tidegate', '.cache', 'coverage']);

/** Every file under `folder` whose name ends so. */
export function filesOf(folder: string, ending: string): Source[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter(({ name }) => !IGNORED.has(name))
    .flatMap((entry) => {
      const path = normalize(join(folder, entry.name)).split(sep).join('/');
      if (entry.isDirectory()) return filesOf(path, ending);
      return entry.isFile() && entry.name.endsWith(ending) ? [read(path)] : [];
    });
}

function read(path: string): Source {
  const text = readFileSync(join(ROOT, path), 'utf8');
  return { path, text, code: withoutComments(text), lines: text.trimEnd().split('\n').length };
}

/** Comments become nothing, line breaks stay. A `//` inside a string survives when a quote or a colon stands before it. */
function withoutComments(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ''))
    .replace(/(^|[\s;,{}()])\/\/.*$/gm, '$1');
}

/** The files of the repository that a file imports; types too. */
export function importsOf({ path, code }: Source): string[] {
  const found = [...code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+)'/g)].map((match) => match[1]!);
  return found.map((target) =>
    relative(ROOT, join(ROOT, dirname(path), target))
      .split(sep)
      .join('/'),
  );
}

export const SOURCES: readonly Source[] = filesOf('src', '.ts');
