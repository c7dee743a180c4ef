import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Invoker } from '../../src/actions/index.ts';
import { startTidegate } from '../../src/cli/embedded.ts';
import { createLogger } from '../../src/cli/logger.ts';
import { performAlone } from '../../src/cli/perform-alone.ts';
import type { Effect } from '../../src/model/effect.ts';
import { commandLine } from './command-line.ts';

let folder: string;
let choice: string;
let machine: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-test-state-'));
  choice = file(
    'choice.yaml',
    'Type: Choice\nChoices: [{ Variable: $.n, NumericGreaterThan: 3, Next: Many }]\nDefault: Few\n',
  );
  machine = file(
    'machine.asl.yaml',
    'QueryLanguage: JSONata\nStartAt: A\nStates:\n  A:\n    Type: Pass\n    Assign: { sum: "{% $sum + $states.input %}" }\n    Next: B\n  B: { Type: Fail, Error: Mine }\n',
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('tidegate test-state', () => {
  it('runs a state that is a file of its own', async () => {
    const few = await commandLine(['test-state', choice, '--input', '{"n": 2}', '--json']);
    expect(few.json()).toEqual([{ status: 'SUCCEEDED', nextState: 'Few', output: { n: 2 } }]);
    const many = await commandLine(['test-state', choice, '--input', '{"n": 4}']);
    expect(many).toMatchObject({ code: 0, err: 'SUCCEEDED -> Many\n', out: '{\n  "n": 4\n}\n' });
  });

  it('runs a state of a machine with variables, and shows its data on the way', async () => {
    const words = ['test-state', machine, '--state', 'A', '--input', '3', '--variables', '{"sum": 4}'];
    const { json, code } = await commandLine([...words, '--level', 'trace', '--json']);
    expect(json()).toEqual([
      {
        status: 'SUCCEEDED',
        nextState: 'B',
        output: 3,
        inspectionData: { input: 3, variables: { sum: 7 } },
      },
    ]);
    expect(code).toBe(0);
    const told = await commandLine([...words, '--level', 'DEBUG']);
    expect(told.err).toBe('input 3\nvariables {"sum":7}\nSUCCEEDED -> B\n');
  });

  it('ends with 1 where the state fails', async () => {
    const { code, err, out } = await commandLine(['test-state', machine, '--state', 'B']);
    expect({ code, err, out }).toEqual({ code: 1, err: 'FAILED: Mine\n', out: '' });
  });

  it('ends with 3 for what is not valid, and says why', async () => {
    const mocked = await commandLine(['test-state', choice, '--mock', '{"result": 1}']);
    expect(mocked.code).toBe(3);
    expect(mocked.err).toContain("State type 'Choice' is not supported when a mock is specified");
    const absent = await commandLine(['test-state', machine, '--state', 'C', '--json']);
    expect(absent.json()).toEqual([
      { error: { code: 'ValidationException', message: 'State not found in definition' } },
    ]);
    const broken = file('broken.json', '{\n "StartAt": "A", "States": {\n "A": {"Type": "Pas"}}}');
    const faults = await commandLine(['test-state', broken, '--state', 'A']);
    expect(faults.code).toBe(3);
    expect(faults.err).toContain(`${broken}:3:`);
  });

  it.each([
    [['--level', 'ALL'], '--level is one of'],
    [['--mock', '{"resullt": 1}'], '--mock has no "resullt"'],
    [['--configuration', '[]'], '--configuration takes an object'],
  ])('ends with 2 for %j', async (more, told) => {
    const { code, err } = await commandLine(['test-state', choice, ...more]);
    expect(err).toContain(told);
    expect(code).toBe(2);
  });

  it('ends with 2 where a machine is given without the name of a state', async () => {
    const { code, err } = await commandLine(['test-state', machine]);
    expect(err).toContain('name the state with --state NAME');
    expect(code).toBe(2);
  });
});

describe('a Task of a tested state', () => {
  it('is performed by the engine whose front end is asked', async () => {
    const tidegate = await startTidegate({
      dataDir: { memory: true },
      functions: { double: (n) => (n as number) * 2 },
      resources: { double: { function: 'double' } },
      frontend: { port: 0 },
      logger: createLogger('silent'),
    });
    try {
      const resource = 'arn:aws:lambda:us-east-1:123456789012:function:double';
      const definition = JSON.stringify({ Type: 'Task', Resource: resource, End: true });
      const answer = await fetch(tidegate.address!, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': 'AWSStepFunctions.TestState',
        },
        body: JSON.stringify({ definition, input: '21', mock: null }),
      });
      expect(await answer.json()).toEqual({ status: 'SUCCEEDED', output: '42' });
    } finally {
      await tidegate.stop({ graceMs: 0 });
    }
  });

  it('has no longer than its policy gives', async () => {
    const never: Invoker = { targetOf: () => 'x', invoke: () => new Promise(() => {}) };
    const effect = { kind: 'task', policy: { timeoutMs: 1 } } as Effect;
    await expect(performAlone(never)(effect)).rejects.toMatchObject({ failure: { code: 'EFFECT_TIMEOUT' } });
  });
});

describe('the page about it', () => {
  const page = readFileSync(new URL('../../docs/step-functions-test-state.md', import.meta.url), 'utf8');
  const examples = [...page.matchAll(/```sh\nnpm run -s tidegate -- (.*?)```\n\n```json\n(.*?)```/gs)];

  it.each(examples.map(([, command, answer]) => [wordsOf(command!), answer!] as const))(
    'has an example that comes to what it says: %j',
    async (words, answer) => {
      const { json } = await commandLine(words);
      expect(json()).toMatchObject([JSON.parse(answer)]);
    },
  );

  it('has examples', () => {
    expect(examples).toHaveLength(2);
  });
});

/** As a shell reads them, for quotes and continued lines. */
function wordsOf(command: string): string[] {
  const found = command.replaceAll('\\\n', ' ').matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g);
  return [...found].map(([, double, single, plain]) => double ?? single ?? plain!);
}
