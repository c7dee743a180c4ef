import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ACTION_TYPES } from '../../src/actions/index.ts';
import { CONDITION_TYPES } from '../../src/conditions/index.ts';
import { filesOf, importsOf, ROOT, SOURCES } from './sources.ts';

const pages = filesOf('.', '.md').filter(({ path }) => !path.startsWith('test/oracles/'));

/** The anchors GitHub makes of a page's headings. */
function anchorsOf(text: string): Set<string> {
  const headings = [...withoutFences(text).matchAll(/^#{1,6}\s+(.+)$/gm)].map((match) => match[1]!);
  return new Set(
    headings.map((heading) =>
      heading
        .trim()
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replace(/\s/g, '-'),
    ),
  );
}

function withoutFences(text: string): string {
  return text
    .replace(/^(```|~~~)[\s\S]*?^\1/gm, '')
    .replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()]/g, ''));
}

describe('the pages', () => {
  it('have no link that leads nowhere', () => {
    const broken = pages.flatMap(({ path, text }) =>
      [...withoutFences(text).matchAll(/\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)]
        .map((match) => match[1]!)
        .filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target))
        .filter((target) => {
          const [file = '', anchor] = target.split('#');
          const place = file === '' ? join(ROOT, path) : join(ROOT, dirname(path), decodeURIComponent(file));
          if (!existsSync(place)) return true;
          return (
            anchor !== undefined &&
            place.endsWith('.md') &&
            !anchorsOf(readFileSync(place, 'utf8')).has(anchor)
          );
        })
        .map((target) => `${path}: ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it.each(CONDITION_TYPES)('describe the condition %s', (type) => {
    expect(existsSync(join(ROOT, `docs/conditions/${type}.md`))).toBe(true);
  });

  it.each(ACTION_TYPES)('describe the action %s', (type) => {
    const described = filesOf('docs/actions', '.md').some(
      ({ path, text }) => path.endsWith(`/${type}.md`) || new RegExp(`^#.*\`${type}\``, 'm').test(text),
    );
    expect(described).toBe(true);
  });

  it('number the decisions without a gap, each short and with its three parts', () => {
    const records = filesOf('docs/decisions', '.md').filter(({ path }) => /\/\d{4}-/.test(path));
    const numbers = records.map(({ path }) => Number(/\/(\d{4})-/.exec(path)![1])).toSorted((a, b) => a - b);
    expect(numbers).toEqual(numbers.map((_, i) => i + 1));
    for (const { path, text, lines } of records) {
      expect(lines, path).toBeLessThanOrEqual(40);
      for (const part of ['## Context', '## Decision', '## Consequences']) expect(text, path).toContain(part);
    }
  });
});

describe('what a folder offers', () => {
  const offered = SOURCES.filter(({ path }) => path.endsWith('/index.ts')).flatMap((index) =>
    [...index.code.matchAll(/export\s+(?:type\s+)?\{([^}]*)\}\s*from\s*'(\.[^']+)'/g)].flatMap((match) => {
      const [file] = importsOf({ ...index, code: `from '${match[2]}'` });
      return match[1]!
        .split(',')
        .map((name) =>
          name
            .trim()
            .replace(/^type\s+/, '')
            .replace(/\s+as\s+.*/, ''),
        )
        .filter((name) => name !== '')
        .map((name) => ({ index: index.path, file: file!, name }));
    }),
  );

  it('has a doc comment, unless it is a type whose members speak or a constant beside a documented one', () => {
    const silent = offered.filter(({ file, name }) => {
      const text = SOURCES.find(({ path }) => path === file)?.text;
      if (text === undefined) return false;
      const at = new RegExp(`^export (?:abstract )?(?:async )?(?:function|class) ${name}\\b`, 'm').exec(text);
      return at !== null && !/\*\/\s*$/.test(text.slice(0, at.index));
    });
    expect([...new Set(silent.map(({ file, name }) => `${file}: ${name}`))]).toEqual([]);
  });
});

describe('the lock file', () => {
  it('names no host that packages were fetched from', () => {
    const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { resolved?: string; integrity?: string; link?: boolean }>;
    };
    const entries = Object.entries(lock.packages).filter(([path]) => path !== '');
    expect(entries.filter(([, entry]) => entry.resolved !== undefined).map(([path]) => path)).toEqual([]);
    expect(
      entries.filter(([, entry]) => !entry.link && entry.integrity === undefined).map(([path]) => path),
    ).toEqual([]);
  });
});
