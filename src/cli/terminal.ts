import type { Writable } from 'node:stream';

const COLORS = { red: 31, green: 32, yellow: 33, cyan: 36, grey: 90, bold: 1 } as const;
export type Color = keyof typeof COLORS;

export interface TerminalOptions {
  readonly out: Writable;
  readonly err: Writable;
  readonly interactive: boolean;
  readonly colors: boolean;
  readonly json: boolean;
}

/** What a command writes to: results to `out`, everything else to `err`. */
export class Terminal {
  readonly out: Writable;
  readonly err: Writable;
  /** A person watches, so what is shown may change in place. */
  readonly interactive: boolean;
  /** Programs read: one JSON value per line, nothing else on `out`. */
  readonly json: boolean;
  readonly #colors: boolean;

  constructor(options: {
    out: Writable;
    err: Writable;
    interactive: boolean;
    colors: boolean;
    json: boolean;
  }) {
    this.out = options.out;
    this.err = options.err;
    this.interactive = options.interactive && !options.json;
    this.json = options.json;
    this.#colors = options.colors && !options.json;
  }

  /** The process's own; colours only on a terminal, and never with NO_COLOR (https://no-color.org). */
  static ofProcess(json: boolean): Terminal {
    const { stdout, stderr, env } = process;
    const interactive = stdout.isTTY === true && env.TERM !== 'dumb';
    return new Terminal({
      out: stdout,
      err: stderr,
      interactive,
      colors: interactive && !env.NO_COLOR,
      json,
    });
  }

  /** Where results and everything else are read in one go. */
  withNotesOnOut(): Terminal {
    const { out, interactive, json } = this;
    return new Terminal({ out, err: out, interactive, colors: this.#colors, json });
  }

  print(text = ''): void {
    this.out.write(`${text}\n`);
  }
  printJson(value: unknown): void {
    this.out.write(`${JSON.stringify(value)}\n`);
  }
  /** To `err`. */
  note(text: string): void {
    this.err.write(`${text}\n`);
  }
  paint(color: Color, text: string): string {
    return this.#colors ? `\u001b[${COLORS[color]}m${text}\u001b[0m` : text;
  }

  /** Columns as wide as their widest cell; the last is free. */
  table(header: readonly string[], rows: readonly (readonly string[])[]): void {
    const widths = header.map((_, column) =>
      Math.max(...[header, ...rows].map((row) => (row[column] ?? '').length)),
    );
    const line = (row: readonly string[]) =>
      row
        .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] as number)))
        .join('  ');
    this.print(this.paint('grey', line(header)));
    for (const row of rows) this.print(line(row));
  }
}

/** Text from elsewhere without what would drive the terminal. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the rule is about them
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\ufffd');
}
