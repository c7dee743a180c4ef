import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTidegate, type Tidegate } from '../../src/index.ts';
import { commandLine as bare } from './command-line.ts';

let folder: string;
let server: Tidegate;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-commands-'));
  server = await startTidegate({
    dataDir: { memory: true },
    functions: { double: (value) => Number(value) * 2, fail: () => Promise.reject(new Error('no')) },
    frontend: { port: 0 },
  });
});
afterAll(async () => {
  await server.stop({ graceMs: 0 });
  rmSync(folder, { recursive: true });
});

function commandLine(words: readonly string[], input = '') {
  return bare(words, { environment: { TIDEGATE_SERVER: server.address as string }, input });
}
function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const DOUBLE =
  'tasks:\n  twice: { function: { name: double, input: "${input}" } }\noutput: ${results.twice}\n';

test('a definition is deployed, run by name, and shown with its history and graph', async () => {
  const path = file('double.yaml', DOUBLE);
  expect((await commandLine(['deploy', path])).out).toBe('double version 1 (dag), registered\n');
  expect((await commandLine(['deploy', path])).out).toBe('double version 1 (dag), unchanged\n');
  const run = await commandLine(['run', 'double', '--input', '21', '--id', 'r1', '--label', 'team=a']);
  expect([run.code, run.out]).toEqual([0, '42\n']);
  expect(run.err).toContain('task twice succeeded');
  expect(run.err).toContain('double/r1 SUCCEEDED');

  expect((await commandLine(['runs', '--json', '--label', 'team=a'])).json()).toMatchObject([
    { id: 'r1', status: 'SUCCEEDED', input: 21, output: 42 },
  ]);
  expect((await commandLine(['runs', 'list', 'double', '--status', 'failed'])).out).not.toContain('r1');
  expect((await commandLine(['runs', 'show', 'double/r1'])).out).toContain('output   42');
  expect((await commandLine(['runs', 'history', 'double/r1', '--json'])).json()).toMatchObject([
    { sequence: 1, kind: 'command' },
    { sequence: 2, kind: 'completion' },
  ]);
  expect((await commandLine(['graph', 'double/r1'])).out).toContain('twice<br/>succeeded');
  expect((await commandLine(['triggers', 'list', 'double'])).out).toContain('twice');
});

test('a run of a state machine has a history as Step Functions tells it', async () => {
  const states = { StartAt: 'A', States: { A: { Type: 'Succeed' } } };
  await commandLine(['deploy', file('machine.asl.json', JSON.stringify(states))]);
  await commandLine(['run', 'machine', '--id', 'r1']);
  const { out } = await commandLine(['runs', 'history', 'machine/r1', '--execution']);
  expect(out.split('\n').map((line) => line.trim().split(/ +/)[2])).toEqual([
    'ExecutionStarted',
    'SucceedStateEntered',
    'SucceedStateExited',
    'ExecutionSucceeded',
    undefined,
  ]);
});

test('with --json a run is told line by line, the last being the run', async () => {
  await commandLine(['deploy', file('lines.yaml', DOUBLE)]);
  const { json, code } = await commandLine(['run', 'lines', '--json', '--input', '-'], '5');
  expect(json().at(-1)).toMatchObject({ kind: 'run', run: { status: 'SUCCEEDED', output: 10 } });
  expect(code).toBe(0);
});

test('a run that fails ends with 1 and tells why', async () => {
  await commandLine(['deploy', file('failing.yaml', 'tasks:\n  a: { function: fail }\n')]);
  const { code, err } = await commandLine(['run', 'failing', '--id', 'f']);
  expect(code).toBe(1);
  expect(err).toContain('failing/f FAILED');
  expect(err).toContain('"cause": "no"');
});

test('a run is paused, resumed and cancelled', async () => {
  await commandLine(['deploy', file('waiting.yaml', 'tasks:\n  a: { wait: 1h }\n')]);
  await server.gateway.startRun('waiting', { id: 'w' });
  expect((await commandLine(['runs', 'pause', 'waiting/w'])).out).toContain('PAUSED');
  expect((await commandLine(['runs', 'resume', 'waiting/w'])).out).toContain('RUNNING');
  expect((await commandLine(['runs', 'cancel', 'waiting/w', '--reason', 'enough'])).out).toContain(
    'CANCELLED',
  );
  const again = await commandLine(['runs', 'cancel', 'waiting/w']);
  expect([again.code, again.err]).toEqual([4, expect.stringContaining('RUN_ENDED')]);
});

test('events reach a standing run, from options, a list, lines or standard input', async () => {
  const counter = {
    run: 'standing',
    triggers: [
      {
        id: 'all',
        activationEvents: [{ type: 'com.example.part', subject: 'part.*' }],
        condition: { type: 'counter', threshold: 5 },
        actions: [{ type: 'complete', output: '${context.count}' }],
      },
    ],
  };
  await commandLine(['deploy', file('parts.json', JSON.stringify(counter))]);
  const event = (n: number) =>
    JSON.stringify({ id: String(n), type: 'com.example.part', subject: `part.${n}` });
  const publish = (words: readonly string[], input = '') =>
    commandLine(['events', 'publish', '--workflow', 'parts', ...words], input);
  expect((await publish(['--type', 'com.example.part', '--subject', 'part.1'])).out).toBe(
    '1 event accepted\n',
  );
  expect((await publish([file('list.json', `[${event(2)},${event(3)}]`)])).out).toBe('2 events accepted\n');
  expect((await publish(['-', '--json'], `${event(4)}\n${event(5)}\n`)).json()).toEqual([{ accepted: 2 }]);
  const run = await server.gateway.awaitEnd('parts', 'standing', 10_000);
  expect(run).toMatchObject({ status: 'SUCCEEDED', output: 5 });
});

test('an event that is none is refused before anything is sent', async () => {
  const { code, err } = await commandLine(['events', 'publish', '--type', 'dev.tidegate.x']);
  expect([code, err]).toEqual([3, expect.stringContaining('RESERVED_TYPE')]);
  expect((await commandLine(['events', 'publish', '-'], '[1]')).code).toBe(3);
});

test('dead letters are listed, shown, replayed and deleted', async () => {
  await commandLine(['events', 'publish', '--type', 'com.example.nobody', '--id', 'lost']);
  await expect
    .poll(async () => (await commandLine(['dead-letters', 'list', '--json'])).json().length)
    .toBe(1);
  const [letter] = (await commandLine(['dead-letters', 'list', '--json'])).json() as {
    id: string;
    reason: string;
  }[];
  expect(letter?.reason).toBe('EVENT_WITHOUT_RUN');
  const id = letter?.id as string;
  expect(JSON.parse((await commandLine(['dead-letters', 'show', id])).out)).toMatchObject({
    event: { id: 'lost' },
  });
  expect((await commandLine(['dead-letters', 'delete', id])).out).toBe(`${id} deleted\n`);
  expect((await commandLine(['dead-letters', 'replay', id])).code).toBe(4);
});

test('what is not there is refused with 4, a server that is not there with 5', async () => {
  const missing = await commandLine(['run', 'missing']);
  expect([missing.code, missing.err]).toEqual([4, expect.stringContaining('WORKFLOW_NOT_FOUND')]);
  const away = await bare(['runs', 'list', '--server', 'http://127.0.0.1:1']);
  expect([away.code, away.err]).toEqual([5, expect.stringContaining('tidegate start')]);
});

test('a definition that does not compile is refused with 3 and its faults', async () => {
  const { code, err } = await commandLine(['deploy', file('cycle.yaml', 'tasks:\n  a: { needs: a }\n')]);
  expect(code).toBe(3);
  expect(err).toContain('DAG_CYCLE');
});
