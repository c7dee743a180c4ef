import type { RunNotice } from '../workers/index.ts';
import { RunProgress, type TaskProgress, taskOf } from './run-progress.ts';
import { type Color, printable, type Terminal } from './terminal.ts';

/** Shows a run as it goes on. */
export interface ProgressView {
  show(notice: RunNotice): void;
  /** Leaves the last state standing. */
  close(): void;
}

/** In place for a person, a line per change where the output is piped, a JSON value per notice for programs. */
export function progressView(terminal: Terminal, clock: () => Date = () => new Date()): ProgressView {
  if (terminal.json) return { show: (notice) => terminal.printJson(notice), close() {} };
  return terminal.interactive ? new LiveView(terminal) : new LineView(terminal, clock);
}

class LineView implements ProgressView {
  readonly #terminal: Terminal;
  readonly #clock: () => Date;
  readonly #progress = new RunProgress();

  constructor(terminal: Terminal, clock: () => Date) {
    this.#terminal = terminal;
    this.#clock = clock;
  }

  show(notice: RunNotice): void {
    if (!this.#progress.apply(notice)) return;
    const time = this.#clock().toISOString().slice(11, 23);
    this.#terminal.note(`${time} ${lineOf(notice)}`);
  }
  close(): void {}
}

function lineOf(notice: RunNotice): string {
  if (notice.kind === 'run') return `run ${notice.run.workflow}/${notice.run.id} ${notice.run.status}`;
  const { task, scope, state, attempt, error } = notice;
  const place = scope === '' ? '' : ` ${scope}`;
  const more =
    state === 'retrying' ? ` (attempt ${attempt})` : error === undefined ? '' : `: ${printable(error)}`;
  return `task ${taskOf(task)}${place} ${state}${more}`;
}

const REDRAW_MS = 80;
const SHOWN_TASKS = 30;

class LiveView implements ProgressView {
  readonly #terminal: Terminal;
  readonly #progress = new RunProgress();
  #drawn = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  show(notice: RunNotice): void {
    if (this.#progress.apply(notice)) this.#timer ??= setTimeout(() => this.#draw(), REDRAW_MS);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#draw();
  }

  #draw(): void {
    this.#timer = undefined;
    const lines = progressLines(this.#progress, this.#terminal);
    const up = this.#drawn > 0 ? `\u001b[${this.#drawn}A\u001b[J` : '';
    this.#terminal.err.write(up + lines.map((line) => `${line}\n`).join(''));
    this.#drawn = lines.length;
  }
}

/** One line per task; of many the last ones. */
export function progressLines(progress: RunProgress, terminal: Terminal): string[] {
  const tasks = [...progress.tasks.values()];
  const shown = tasks.slice(-SHOWN_TASKS);
  const width = Math.max(0, ...shown.map(({ name }) => name.length));
  const lines = shown.map(
    (task) => `  ${symbolOf(task, terminal)} ${task.name.padEnd(width)}  ${stateOf(task, terminal)}`,
  );
  if (tasks.length > shown.length) lines.unshift(`  … ${tasks.length - shown.length} tasks before these`);
  return lines;
}

function symbolOf(task: TaskProgress, terminal: Terminal): string {
  const [color, symbol]: [Color, string] = !task.ended
    ? ['cyan', '●']
    : task.count('failed', 'upstream_failed') > 0
      ? ['red', '✗']
      : task.count('succeeded') > 0
        ? ['green', '✔']
        : ['grey', '–'];
  return terminal.paint(color, symbol);
}

function stateOf(task: TaskProgress, terminal: Terminal): string {
  const parts: string[] = [];
  const say = (count: number, word: string) => {
    if (count > 0) parts.push(task.mapped ? `${count} ${word}` : word);
  };
  say(task.count('started', 'retrying'), 'running');
  say(task.count('succeeded'), 'succeeded');
  say(task.count('failed'), 'failed');
  say(task.count('skipped'), 'skipped');
  say(task.count('upstream_failed'), 'upstream failed');
  if (task.retries > 0) parts.push(terminal.paint('yellow', `${task.retries} retried`));
  if (task.lastError !== undefined && task.count('failed') > 0)
    parts.push(terminal.paint('red', printable(task.lastError).slice(0, 200)));
  return parts.join(', ');
}
