/**
 * Counts the words of a text of 1.2 MB: split into parts, counted by functions in two processes, merged, and checked against a
 * count without any workflow. Then the REST front end stays up to be tried.
 *
 *   npm start                  node examples/word-count/start.ts [--once]
 *
 * Settings are those of docs/configuration.md; `--once` ends after the run, with code 0 only if the count is right.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readConfiguration } from '../../src/cli/configuration.ts';
import { progressView } from '../../src/cli/progress-view.ts';
import { reportError } from '../../src/cli/report-error.ts';
import { Terminal } from '../../src/cli/terminal.ts';
import { type RunDocument, startTidegate, type Tidegate, VERSION } from '../../src/index.ts';
import { type FunctionProcess, startFunctionProcess } from './function-processes.ts';
import { countWords, type Summary, summarize } from './words.ts';

const NAME = 'word-count';
const CORPUS = fileURLToPath(new URL('corpus.txt', import.meta.url));
const DEFINITION = readFileSync(new URL('word-count.yaml', import.meta.url), 'utf8');
const RUN_MS = 120_000;

const { values: flags } = parseArgs({
  options: { once: { type: 'boolean' }, port: { type: 'string' }, 'data-dir': { type: 'string' } },
});
const terminal = Terminal.ofProcess(false).withNotesOnOut();
const processes: FunctionProcess[] = [];
let tidegate: Tidegate | undefined;

async function main(): Promise<boolean> {
  const { values } = readConfiguration({ flags, environment: process.env, folder: process.cwd() });
  const port = flags.once ? 0 : await freePort(values.host, values.port);
  tidegate = await startTidegate({
    dataDir: values.dataDir,
    partitions: values.partitions,
    synchronous: values.synchronous,
    frontend: { host: values.host, port, apiKeys: values.apiKeys },
  });
  terminal.print(
    `Tidegate ${VERSION}, embedded; data in ${values.dataDir}, front end at ${tidegate.address}`,
  );
  processes.push(...(await Promise.all([startFunctionProcess(), startFunctionProcess()])));
  terminal.print(
    `functions in 2 processes: ${processes.map(({ pid, url }) => `${url} (pid ${pid})`).join(', ')}\n`,
  );

  const right = await countCorpus(tidegate);
  if (!flags.once) showCommands(tidegate.address as string);
  return right;
}

async function countCorpus({ gateway }: Tidegate): Promise<boolean> {
  const { workflow } = await gateway.putWorkflow(NAME, { format: 'dag', definition: DEFINITION });
  const started = performance.now();
  const { run } = await gateway.startRun(NAME, { input: inputOf(processes) });
  terminal.print(`${NAME} version ${workflow.version}, run ${run.id}: split, count each part, merge`);
  const view = progressView(terminal);
  const unwatch = await gateway.watchRun(NAME, run.id, (notice) => view.show(notice));
  const ended = await gateway.awaitEnd(NAME, run.id, RUN_MS);
  unwatch();
  view.close();
  const workflowMs = performance.now() - started;
  if (ended.status !== 'SUCCEEDED') return showFailure(ended);
  return showResult(ended.output as Summary, workflowMs);
}

function inputOf(functions: readonly FunctionProcess[]) {
  return { path: CORPUS, functions: functions.map(({ url }) => url) };
}

function showFailure({ status, error, cause }: RunDocument): false {
  terminal.note(
    terminal.paint('red', `the run is ${status}: ${error ?? ''} ${JSON.stringify(cause ?? null)}`),
  );
  return false;
}

/** Compares with a count of the whole text at once, and with what the generator of the text wrote down. */
function showResult(result: Summary, workflowMs: number): boolean {
  const text = readFileSync(CORPUS, 'utf8');
  const before = performance.now();
  const direct = summarize(countWords(text));
  const directMs = performance.now() - before;
  const expected = JSON.parse(readFileSync(new URL('expected.json', import.meta.url), 'utf8')) as {
    words: Record<string, number>;
  };
  const right = [direct, summarize(expected.words)].every(({ digest }) => digest === result.digest);
  terminal.print(`\n${result.total} words, ${result.distinct} different; the ten most frequent:`);
  for (const [word, count] of result.top) terminal.print(`  ${String(count).padStart(6)}  ${word}`);
  terminal.print(
    `\nthe workflow took ${Math.round(workflowMs)} ms, a direct count of the whole text ${Math.round(directMs)} ms`,
  );
  if (right) terminal.print(terminal.paint('green', 'every count equals that of the direct computation'));
  else
    terminal.note(
      terminal.paint(
        'red',
        `wrong: the direct computation counts ${direct.total} words, ${direct.distinct} different`,
      ),
    );
  return right;
}

function showCommands(address: string): void {
  const body = JSON.stringify({ input: inputOf(processes) });
  terminal.print(`
Tidegate goes on at ${address}; Ctrl-C ends it. To try:

  curl -s ${address}/v1/workflows/${NAME}/runs
  curl -s '${address}/v1/workflows/${NAME}/runs?wait=30s' -H 'content-type: application/json' -d '${body}'
  curl -s ${address}/v1/workflows/${NAME}/triggers
`);
}

/** The one wanted, or a free one where it is taken. */
async function freePort(host: string, port: number): Promise<number> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once('error', () => {
      terminal.print(`port ${port} is taken, so a free one is used`);
      resolve(0);
    });
    probe.listen(port, host, () => probe.close(() => resolve(port)));
  });
}

async function stop(): Promise<void> {
  await tidegate?.stop({ graceMs: 2_000 });
  await Promise.all(processes.map((each) => each.stop()));
}

let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (interrupted) process.exit(130);
    interrupted = true;
    terminal.note('stopping; once more to stop at once');
    void stop().then(() => process.exit(flags.once ? 130 : 0));
  });
}

try {
  const right = await main();
  process.exitCode = right ? 0 : 1;
  if (flags.once || !right) await stop();
} catch (error) {
  if (!interrupted) {
    process.exitCode = reportError(error, terminal);
    await stop();
  }
}
