import { describe, expect, it } from 'vitest';
import { ERRORS } from '../../src/model/errors.ts';
import { filesOf, SOURCES, type Source } from './sources.ts';

const TESTS = filesOf('test', '.ts');

/** Where each matching line is, but in `exceptions` (a path, or a folder that ends in "/"). */
function linesWith(
  pattern: RegExp,
  sources: readonly Source[],
  exceptions: readonly string[] = [],
): string[] {
  const excepted = (path: string) =>
    exceptions.some((each) => (each.endsWith('/') ? path.startsWith(each) : path === each));
  return sources
    .filter(({ path }) => !excepted(path))
    .flatMap(({ path, code }) =>
      code
        .split('\n')
        .flatMap((line, at) => (pattern.test(line) ? [`${path}:${at + 1} ${line.trim()}`] : [])),
    );
}

describe('a file of src', () => {
  it('has at most 400 lines', () => {
    const generated = ['src/model/documents.ts'];
    const long = SOURCES.filter(({ path, lines }) => lines > 400 && !generated.includes(path));
    expect(long.map(({ path, lines }) => `${path}: ${lines} lines`)).toEqual([]);
  });

  it('is named for a concept', () => {
    const vague = /(^|[-/.])(utils?|helpers?|common|managers?|misc)([-/.]|$)/;
    expect([...SOURCES, ...TESTS].filter(({ path }) => vague.test(path)).map(({ path }) => path)).toEqual([]);
  });

  it('defines nothing named for no concept', () => {
    const vague = /\b(?:class|interface|type|function|const|let)\s+\w*(?:Utils?|Helpers?|Manager|Misc)\b/i;
    expect(linesWith(vague, SOURCES)).toEqual([]);
  });

  it('has no `any`', () => {
    expect(linesWith(/[:<|&]\s*any\b|\bas any\b|\bany\[\]/, SOURCES)).toEqual([]);
  });

  it('leaves nothing to be done', () => {
    const left = SOURCES.flatMap(({ path, text }) => (/\b(TODO|FIXME|XXX|HACK)\b/.test(text) ? [path] : []));
    expect(left).toEqual([]);
  });
});

describe('the world is reached through ports', () => {
  it('time', () => {
    expect(
      linesWith(/\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b|\bprocess\.hrtime\b/, SOURCES, [
        'src/workers/clock.ts', // the clock port's own implementation
        'src/cli/', // starts the process; shows times to people
        'src/client/', // runs in other people's programs
      ]),
    ).toEqual([]);
  });

  it('waiting', () => {
    expect(
      linesWith(/\bset(Timeout|Interval)\b/, SOURCES, [
        'src/workers/clock.ts', // the clock port's own implementation
        'src/cli/',
        'src/client/',
      ]),
    ).toEqual([]);
  });

  it('randomness', () => {
    expect(
      linesWith(/\bMath\.random\b|\brandomBytes\b|\brandomUUID\b|\bgetRandomValues\b/, SOURCES, [
        'src/workers/engine-process.ts', // the randomness port's own implementation
        'src/frontend/key-hash.ts', // salts of API keys: never part of a run
        'src/frontend/api-keys.ts', // API keys themselves
        'src/cli/',
      ]),
    ).toEqual([]);
  });

  it('the environment', () => {
    expect(linesWith(/\bprocess\.(env|argv|cwd|stdin|stdout|stderr)\b/, SOURCES, ['src/cli/'])).toEqual([]);
  });

  it('outgoing calls', () => {
    expect(
      linesWith(/(^|[^.\w#])fetch\(|from 'undici'/, SOURCES, [
        'src/actions/outgoing.ts', // the outgoing port's own implementation, over undici pools
        'src/actions/answer-handler.ts', // and its part that gathers an answer
        'src/client/', // runs in other people's programs
        'src/cli/',
      ]),
    ).toEqual([]);
  });

  it('sockets', () => {
    expect(
      linesWith(/from 'node:(http|https|http2|net|tls|dns|dgram)(\/promises)?'/, SOURCES, [
        'src/actions/outgoing.ts', // looks addresses up when it connects
        'src/actions/address-guard.ts', // checks the addresses that are connected to
        'src/actions/address-ranges.ts', // node:net for its table of address blocks; connects to nothing
        'src/frontend/', // is called; calls nobody
        'src/cli/',
      ]),
    ).toEqual([]);
  });

  it('and no text is ever run as JavaScript', () => {
    expect(linesWith(/\beval\(|new Function\(|from 'node:vm'/, SOURCES)).toEqual([]);
  });
});

describe('errors', () => {
  it.each(Object.keys(ERRORS))('%s is raised somewhere', (code) => {
    const used = SOURCES.some(
      ({ path, text }) => path !== 'src/model/errors.ts' && text.includes(`'${code}'`),
    );
    expect(used).toBe(true);
  });
});

describe('a test', () => {
  it('is neither skipped nor alone', () => {
    expect(
      linesWith(/\b(it|test|describe)(\.\w+)*\.(only|skip|todo)\b/, TESTS, ['test/tidy/sources.test.ts']),
    ).toEqual([]);
  });

  it('does not sleep', () => {
    const sleeps =
      /setTimeout\(\s*\w+\s*,\s*\d|\bawait\s+(sleep|delay)\(\s*\d|\bset(Timeout|Interval)\b.*timers\/promises'/;
    expect(linesWith(sleeps, TESTS, ['test/tidy/sources.test.ts'])).toEqual([]);
  });
});
