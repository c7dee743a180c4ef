import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type StartRun, TidegateClient } from '../../client/index.ts';
import { LIMITS } from '../../model/limits.ts';
import type { RunDocument } from '../../model/run.ts';
import { type Command, type Invocation, UsageError } from '../command.ts';
import { startConfigured } from '../configured-engine.ts';
import { readDefinitionFile, showDiagnostics } from '../definition-file.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { followRun } from '../follow-run.ts';
import { readInput } from '../json-input.ts';
import { progressView } from '../progress-view.ts';
import { withServer } from '../server.ts';
import { printable, type Terminal } from '../terminal.ts';
import { labelOf } from './runs.ts';
import { FORMAT_OPTION } from './validate.ts';

export const run: Command = {
  name: 'run',
  summary: 'Run a definition, or a registered workflow, to its end and print its output',
  positionals: ['FILE|NAME'],
  options: {
    input: {
      doc: 'Input of the run: a file (YAML or JSON), JSON itself, or - for standard input.',
      value: 'FILE|JSON',
    },
    id: { doc: 'Id of the run; the same id and input again is the same run.', value: 'ID' },
    label: { doc: 'A label of the run.', value: 'NAME=VALUE' },
    name: { doc: 'Name of the workflow of FILE; default: its own, or that of the file.', value: 'NAME' },
    ...FORMAT_OPTION,
  },
  settings: ['engine', 'client'],
  details: `A file is run by an engine inside this process, with a temporary data folder: nothing else has to run. With --data-dir the
folder stays, and a run that was interrupted goes on with the same --id. With --server the file is registered there first.
A name is run by the server. Progress goes to standard error, the output to standard output; with --json there is a
line per change instead, the last being the run.`,
  async run(call) {
    const target = call.positionals[0] as string;
    const { input, id, label } = call.options;
    const request: StartRun = {
      ...(input !== undefined && { input: await readInput(input, call.input) }),
      ...(id !== undefined && { id }),
      ...(label !== undefined && { labels: Object.fromEntries([labelOf(label)]) }),
    };
    if (!isFile(target)) return withServer(call, (client) => runToEnd(call, client, target, request));
    const file = readDefinitionFile(target, call.options.format, LIMITS);
    const name = call.options.name ?? file.name;
    const runFile = async (client: TidegateClient) => {
      const { warnings } = await client.putWorkflow(name, file.format, file.definition);
      if (!call.terminal.json) showDiagnostics(call.terminal, target, warnings);
      return runToEnd(call, client, name, request);
    };
    if (call.configuration.given.has('server')) return withServer(call, runFile);
    const { diagnostics, triggers } = file.compile({ ...LIMITS, ...call.configuration.values.limits });
    if (triggers === undefined) {
      if (call.terminal.json) call.terminal.printJson({ file: target, valid: false, diagnostics });
      else showDiagnostics(call.terminal, target, diagnostics);
      return EXIT.invalid;
    }
    return withEngine(call, runFile);
  },
};

/** Names of workflows hold no slash and rarely end like files; what is there as a file is one. */
function isFile(target: string): boolean {
  if (existsSync(target)) return true;
  if (/[/\\]|\.(?:ya?ml|json)$/i.test(target)) throw new UsageError(`there is no file ${target}`, 'run');
  return false;
}

/** An engine in this process, on a free port and the loopback, with the functions and limits of the settings. */
async function withEngine(
  { configuration }: Invocation,
  use: (client: TidegateClient) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { values, given } = configuration;
  const keep = given.has('dataDir');
  const dataDir = keep ? values.dataDir : mkdtempSync(join(tmpdir(), 'tidegate-run-'));
  try {
    const own = { ...configuration, values: { ...values, host: '127.0.0.1', apiKeys: [] } };
    const tidegate = await startConfigured(own, { dataDir, port: given.has('port') ? values.port : 0 });
    const client = new TidegateClient(tidegate.address as string);
    try {
      return await use(client);
    } finally {
      await client.close();
      await tidegate.stop({ graceMs: 0 });
    }
  } finally {
    if (!keep) rmSync(dataDir, { recursive: true, force: true });
  }
}

async function runToEnd(
  { terminal, interrupted }: Invocation,
  client: TidegateClient,
  workflow: string,
  request: StartRun,
): Promise<ExitCode> {
  const started = await client.startRun(workflow, { id: randomUUID(), ...request });
  const view = progressView(terminal);
  let ended: RunDocument;
  try {
    ended = await followRun(client, started, (notice) => view.show(notice), interrupted);
  } catch (error) {
    view.close();
    if (!interrupted.aborted) throw error;
    terminal.note(`no longer watching ${workflow}/${started.id}`);
    return EXIT.interrupted;
  }
  view.close();
  return showEnd(terminal, ended);
}

function showEnd(terminal: Terminal, run: RunDocument): ExitCode {
  const succeeded = run.status === 'SUCCEEDED';
  if (terminal.json) return succeeded ? EXIT.ok : EXIT.runFailed;
  const name = `${run.workflow}/${run.id}`;
  if (succeeded) {
    terminal.note(`${name} ${terminal.paint('green', run.status)} ${durationOf(run)}`);
    if (run.output !== undefined)
      terminal.print(typeof run.output === 'string' ? run.output : JSON.stringify(run.output, null, 2));
    return EXIT.ok;
  }
  terminal.note(
    `${name} ${terminal.paint('red', run.status)} ${durationOf(run)}${run.error ? `: ${printable(run.error)}` : ''}`,
  );
  if (run.cause !== undefined) terminal.note(JSON.stringify(run.cause, null, 2));
  return EXIT.runFailed;
}

function durationOf({ startedAt, endedAt }: RunDocument): string {
  if (endedAt === undefined) return '';
  const ms = Date.parse(endedAt) - Date.parse(startedAt);
  return ms < 10_000 ? `after ${ms} ms` : `after ${(ms / 1000).toFixed(1)} s`;
}
