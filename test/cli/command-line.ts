import { Readable, Writable } from 'node:stream';
import { execute } from '../../src/cli/execute.ts';
import { Terminal } from '../../src/cli/terminal.ts';

export interface CommandResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Every line of `out`, parsed. */
  readonly json: () => unknown[];
}

/** Carries out a command line in this process. */
export async function commandLine(
  words: readonly string[],
  {
    environment = {},
    input = '',
    folder = process.cwd(),
  }: {
    environment?: Readonly<Record<string, string>>;
    input?: string;
    folder?: string;
  } = {},
): Promise<CommandResult> {
  const [out, err] = [new Sink(), new Sink()];
  const terminal = new Terminal({
    out,
    err,
    interactive: false,
    colors: false,
    json: words.includes('--json'),
  });
  const code = await execute(words, {
    terminal,
    environment,
    folder,
    input: Readable.from([input]),
    interrupted: new AbortController().signal,
  });
  const lines = () => out.text.split('\n').filter((line) => line !== '');
  return { code, out: out.text, err: err.text, json: () => lines().map((line) => JSON.parse(line)) };
}

class Sink extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString('utf8');
    done();
  }
}
