import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { progressLines, progressView } from '../../src/cli/progress-view.ts';
import { RunProgress } from '../../src/cli/run-progress.ts';
import { Terminal } from '../../src/cli/terminal.ts';
import type { RunDocument, RunNotice } from '../../src/index.ts';

type State = Extract<RunNotice, { kind: 'task' }>['state'];
const task = (name: string, state: State, scope = '', more: object = {}): RunNotice => ({
  kind: 'task',
  task: name,
  scope,
  state,
  ...more,
});
const run = (status: RunDocument['status']): RunNotice => ({
  kind: 'run',
  run: {
    id: 'r',
    workflow: 'w',
    version: 1,
    status,
    input: null,
    startedAt: '2026-01-01T00:00:00Z',
    labels: {},
  },
});

function terminalOf(options: { json?: boolean; interactive?: boolean } = {}) {
  const written = { out: '', err: '' };
  const sink = (name: 'out' | 'err') =>
    new Writable({
      write(chunk, _encoding, done) {
        written[name] += String(chunk);
        done();
      },
    });
  const { json = false, interactive = false } = options;
  const terminal = new Terminal({ out: sink('out'), err: sink('err'), interactive, colors: false, json });
  return { terminal, written };
}

const NOTICES: readonly RunNotice[] = [
  run('RUNNING'),
  task('split:call', 'started', '', { attempt: 1 }),
  task('split:call', 'succeeded'),
  task('split', 'succeeded'),
  task('count:item', 'started', 'count[0]'),
  task('count:item', 'retrying', 'count[0]', { attempt: 2 }),
  task('count:item', 'succeeded', 'count[0]'),
  task('count:item', 'failed', 'count[1]', { error: 'EFFECT_\u001b[2JREFUSED' }),
  run('RUNNING'),
  run('FAILED'),
];

test('a task is one line, over all its instances, whatever the engine calls its parts', () => {
  const progress = new RunProgress();
  for (const notice of NOTICES) progress.apply(notice);
  expect(progressLines(progress, terminalOf().terminal)).toEqual([
    '  ✔ split  succeeded',
    '  ✗ count  1 succeeded, 1 failed, 1 retried, EFFECT_\ufffd[2JREFUSED',
  ]);
});

test('where nobody watches there is a line per change on standard error, and nothing that drives a terminal', () => {
  const { terminal, written } = terminalOf();
  const view = progressView(terminal, () => new Date(0));
  for (const notice of NOTICES) view.show(notice);
  expect(written.out).toBe('');
  expect(written.err.split('\n').map((line) => line.replace('00:00:00.000 ', ''))).toEqual([
    'run w/r RUNNING',
    'task split started',
    'task split succeeded',
    'task count count[0] started',
    'task count count[0] retrying (attempt 2)',
    'task count count[0] succeeded',
    'task count count[1] failed: EFFECT_\ufffd[2JREFUSED',
    'run w/r FAILED',
    '',
  ]);
});

test('programs get every notice as one JSON line on standard output', () => {
  const { terminal, written } = terminalOf({ json: true, interactive: true });
  const view = progressView(terminal);
  for (const notice of NOTICES) view.show(notice);
  view.close();
  expect(
    written.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual(NOTICES);
  expect(written.err).toBe('');
});

test('on a terminal the lines change in place, and the last state is left standing', () => {
  const { terminal, written } = terminalOf({ interactive: true });
  const view = progressView(terminal);
  for (const notice of NOTICES) view.show(notice);
  view.close();
  expect(written.err).toMatch(/✔ split {2}succeeded\n {2}✗ count .*\n$/);
});
