import type { PageOptions, RunQuery, TidegateClient } from '../../client/index.ts';
import { RUN_STATUSES, type RunDocument, type RunStatus } from '../../model/run.ts';
import { type Command, type Invocation, UsageError } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { itemsOf, LIMIT_OPTION, limitOf, runReference, withServer } from '../server.ts';
import { type Color, printable, type Terminal } from '../terminal.ts';

const COLOR_OF: { readonly [S in RunStatus]: Color } = {
  RUNNING: 'cyan',
  SUCCEEDED: 'green',
  FAILED: 'red',
  TIMED_OUT: 'red',
  CANCELLED: 'yellow',
  PAUSED: 'yellow',
  STALLED: 'red',
};

/** A run in a few lines, its output and what went wrong included. */
export function showRun(terminal: Terminal, run: RunDocument): void {
  if (terminal.json) {
    terminal.printJson(run);
    return;
  }
  terminal.print(`${run.workflow}/${run.id}  ${terminal.paint(COLOR_OF[run.status], run.status)}`);
  terminal.print(`  version  ${run.version}`);
  terminal.print(`  started  ${run.startedAt}`);
  if (run.endedAt !== undefined) terminal.print(`  ended    ${run.endedAt}`);
  for (const [name, value] of Object.entries(run.labels))
    terminal.print(`  label    ${printable(name)}=${printable(value)}`);
  terminal.print(`  input    ${JSON.stringify(run.input)}`);
  if (run.output !== undefined) terminal.print(`  output   ${JSON.stringify(run.output)}`);
  if (run.error !== undefined) terminal.print(`  error    ${printable(run.error)}`);
  if (run.cause !== undefined) terminal.print(`  cause    ${JSON.stringify(run.cause)}`);
}

const list: Command = {
  name: 'runs list',
  summary: 'List runs, newest first',
  positionals: ['WORKFLOW?'],
  options: {
    status: { doc: `Only runs of this status: ${RUN_STATUSES.join(', ')}.`, value: 'STATUS' },
    label: { doc: 'Only runs with this label.', value: 'NAME=VALUE' },
    ...LIMIT_OPTION,
  },
  settings: ['client'],
  async run(call) {
    const { terminal } = call;
    const query = queryOf(call);
    const runs: RunDocument[] = [];
    await withServer(call, async (client) => {
      for await (const run of itemsOf((page) => client.listRuns({ ...query, ...page }), limitOf(call))) {
        if (terminal.json) terminal.printJson(run);
        else runs.push(run);
      }
    });
    if (terminal.json) return EXIT.ok;
    terminal.table(
      ['RUN', 'STATUS', 'STARTED', 'ENDED'],
      runs.map((run) => [`${run.workflow}/${run.id}`, run.status, run.startedAt, run.endedAt ?? '']),
    );
    return EXIT.ok;
  },
};

function queryOf({ positionals, options }: Invocation): RunQuery {
  const status = options.status?.toUpperCase();
  if (status !== undefined && !RUN_STATUSES.includes(status as RunStatus))
    throw new UsageError(
      `--status is ${JSON.stringify(options.status)}; it must be one of ${RUN_STATUSES.join(', ')}`,
    );
  const label = options.label === undefined ? undefined : labelOf(options.label);
  return {
    ...(positionals[0] !== undefined && { workflow: positionals[0] }),
    ...(status !== undefined && { status: status as RunStatus }),
    ...(label && { label }),
  };
}

/** `name=value` */
export function labelOf(text: string): readonly [string, string] {
  const equals = text.indexOf('=');
  if (equals < 1) throw new UsageError(`--label is ${JSON.stringify(text)}; it must be NAME=VALUE`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}

const show: Command = {
  name: 'runs show',
  summary: 'Show a run with its input and output',
  positionals: ['WORKFLOW/RUN'],
  options: {},
  settings: ['client'],
  async run(call) {
    const { workflow, run } = runReference(call.positionals[0] as string);
    showRun(call.terminal, await withServer(call, (client) => client.getRun(workflow, run)));
    return EXIT.ok;
  },
};

const history: Command = {
  name: 'runs history',
  summary: 'Show what came into a run, in order: events, completions, timers, commands',
  positionals: ['WORKFLOW/RUN'],
  options: {
    ...LIMIT_OPTION,
    execution: { doc: 'Of a state machine: the history as AWS Step Functions tells it.' },
  },
  settings: ['client'],
  async run(call) {
    const { workflow, run } = runReference(call.positionals[0] as string);
    const { terminal } = call;
    await withServer(call, async (client) => {
      if (call.switches.has('execution')) {
        await printExecution(call, client);
        return;
      }
      for await (const entry of itemsOf((page) => client.history(workflow, run, page), limitOf(call))) {
        if (terminal.json) terminal.printJson(entry);
        else {
          const { sequence, at, kind, ...rest } = entry;
          terminal.print(
            `${String(sequence).padStart(5)}  ${at}  ${kind.padEnd(10)}  ${shortened(JSON.stringify(rest))}`,
          );
        }
      }
    });
    return EXIT.ok;
  },
};

async function printExecution(call: Invocation, client: TidegateClient): Promise<void> {
  const { workflow, run } = runReference(call.positionals[0] as string);
  const { terminal } = call;
  const pages = (page: PageOptions) => client.executionHistory(workflow, run, page);
  for await (const event of itemsOf(pages, limitOf(call))) {
    if (terminal.json) terminal.printJson(event);
    else {
      const { id, timestamp, type, details = {} } = event;
      terminal.print(
        `${String(id).padStart(5)}  ${timestamp}  ${type.padEnd(24)}  ${shortened(JSON.stringify(details))}`,
      );
    }
  }
}

const SHOWN_CHARACTERS = 200;

function shortened(text: string): string {
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}… (--json shows all)` : text;
}

function verb(name: 'cancel' | 'pause' | 'resume' | 'redrive', summary: string): Command {
  return {
    name: `runs ${name}`,
    summary,
    positionals: ['WORKFLOW/RUN'],
    options: { reason: { doc: 'Why, for the history.', value: 'TEXT' } },
    settings: ['client'],
    async run(call) {
      const { workflow, run } = runReference(call.positionals[0] as string);
      const { reason } = call.options;
      const answer = await withServer(call, (client) =>
        client.commandRun(workflow, run, name, { ...(reason !== undefined && { reason }) }),
      );
      if (!('status' in answer)) {
        if (call.terminal.json) call.terminal.printJson(answer);
        else call.terminal.print('accepted; it has not been applied yet');
      } else showRun(call.terminal, answer);
      return EXIT.ok;
    },
  };
}

export const runCommands: readonly Command[] = [
  list,
  show,
  history,
  verb('cancel', 'Cancel a run'),
  verb('pause', 'Pause a run: its events are kept and nothing fires'),
  verb('resume', 'Resume a paused run'),
  verb('redrive', 'Go on with a run that failed, timed out, stalled or was cancelled'),
];
