import { expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/index.ts';
import { commandLine } from './command-line.ts';

test.each([
  [['vldate'], '"vldate" is not a command; did you mean "validate"?'],
  [['validate'], 'usage: tidegate validate FILE... [--format FORMAT]'],
  [['version', 'x'], 'usage: tidegate version'],
  [
    ['runs', 'shwo', 'a/b'],
    '"runs shwo" is not a command: runs list|show|history|cancel|pause|resume|redrive',
  ],
  [['run', 'x', '--inptu', '1'], '--inptu is not an option of "run"; did you mean --input?'],
  [['run', 'x', '--input'], '--input wants a value'],
  [['version', '--json=yes'], '--json takes no value'],
  [['runs', 'show', 'only-a-workflow'], '"only-a-workflow" names no run; write WORKFLOW/RUN'],
  [['runs', 'list', '--status', 'done'], '--status is "done"; it must be one of RUNNING'],
  [['runs', 'list', '--limit', '0'], '--limit is "0"; it must be a number'],
  [['events', 'publish'], 'say what to publish: --type TYPE, or FILE'],
  [['graph', 'x', '--format', 'png'], '--format is "png"; it must be svg or mermaid'],
])('a wrong command line is told what is wrong with it: %j', async (words, message) => {
  const { code, err } = await commandLine(words);
  expect(err).toContain(`USAGE: ${message}`);
  expect(code).toBe(2);
});

test('"controller" is known, and said not to be in this version', async () => {
  const { code, err } = await commandLine(['controller']);
  expect(err).toContain('that this version does not have yet');
  expect(code).toBe(2);
});

test.each(['frontend', 'worker'])(
  '"%s" over the embedded ground is refused, with what to set',
  async (name) => {
    const { code, err } = await commandLine([name]);
    expect(err).toContain('INVALID_CONFIGURATION');
    expect(err).toContain('set TIDEGATE_LOG and TIDEGATE_STORE, or use `tidegate start`');
    expect(code).toBe(2);
  },
);

test('a shared log wants a shared store', async () => {
  const { code, err } = await commandLine(['start'], { environment: { TIDEGATE_LOG: 'kafka' } });
  expect(err).toContain('`log` is kafka and `store` is embedded');
  expect(err).toContain('set TIDEGATE_STORE too');
  expect(code).toBe(2);
});

test('all faults of the configuration are told, and end with 2', async () => {
  const { code, err } = await commandLine(['start', '--port', 'x'], {
    environment: { TIDEGATE_LOG: 'pulsar' },
  });
  expect(err).toContain('--port is "x"; it must be an integer from 0 to 65535');
  expect(err).toContain('TIDEGATE_LOG is "pulsar"; it must be one of');
  expect(code).toBe(2);
});

test('with --json a failure is one JSON value on standard error', async () => {
  const { code, err, out } = await commandLine(['runs', 'show', 'x', '--json']);
  expect(JSON.parse(err)).toMatchObject({ error: { code: 'USAGE' } });
  expect([out, code]).toEqual(['', 2]);
});

test('help shows every command, each with its options, and the settings', async () => {
  const { out, code } = await commandLine([]);
  expect(code).toBe(0);
  for (const { name, summary } of COMMANDS) expect(out).toContain(`${name.padEnd(19)}  ${summary}`);
  expect((await commandLine(['run', '--help'])).out).toContain('--input FILE|JSON');
  expect((await commandLine(['help', 'dead-letters'])).out).toContain('tidegate dead-letters replay ID');
  expect((await commandLine(['help', 'settings'])).out).toContain('--data-dir  TIDEGATE_DATA_DIR');
});
