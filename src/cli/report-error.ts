import { type Diagnostic, TidegateError } from '../model/errors.ts';
import { UsageError } from './command.ts';
import { showDiagnostics } from './definition-file.ts';
import { EXIT, type ExitCode, exitCodeOf } from './exit-codes.ts';
import { printable, type Terminal } from './terminal.ts';

/** Tells what went wrong and what to do about it; answers the exit code. */
export function reportError(thrown: unknown, terminal: Terminal): ExitCode {
  if (thrown instanceof UsageError) {
    const remedy = `\`tidegate help${thrown.command === undefined ? '' : ` ${thrown.command}`}\` tells more.`;
    tell(terminal, 'USAGE', thrown.message, remedy, {});
    return EXIT.usage;
  }
  const error = thrown instanceof TidegateError ? thrown : asTidegateError(thrown);
  const { code, message, details = {}, place } = error;
  const { diagnostics, ...rest } = details as { diagnostics?: readonly Diagnostic[] };
  if (diagnostics && !terminal.json) showDiagnostics(terminal, 'definition', diagnostics);
  tell(terminal, code, message, remedyOf(error), { ...rest, ...place, ...(diagnostics && { diagnostics }) });
  if (code === 'INTERNAL' && thrown instanceof Error && !terminal.json) terminal.note(thrown.stack ?? '');
  return exitCodeOf(code);
}

function remedyOf({ code, remedy }: TidegateError): string {
  return code === 'TARGET_UNREACHABLE'
    ? 'Start a server with `tidegate start`, or name the one that runs with --server URL.'
    : remedy;
}

function tell(terminal: Terminal, code: string, message: string, remedy: string, details: object): void {
  if (terminal.json) terminal.note(JSON.stringify({ error: { code, message, remedy, ...details } }));
  else terminal.note(`${terminal.paint('red', code)}: ${printable(message)}\n${remedy}`);
}

/** The failures of the system that people meet at start. */
function asTidegateError(thrown: unknown): TidegateError {
  const { code, message, port, address } = (thrown ?? {}) as NodeJS.ErrnoException & {
    port?: number;
    address?: string;
  };
  const options = { cause: thrown };
  switch (code) {
    case 'EADDRINUSE':
      return new TidegateError(
        'INVALID_CONFIGURATION',
        `port ${port} of ${address} is taken; stop what listens there, or choose another with --port (0 takes a free one)`,
        options,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new TidegateError(
        'INVALID_CONFIGURATION',
        `${address ?? 'the host'} is no address of this machine; choose another with --host`,
        options,
      );
    case 'EACCES':
      return new TidegateError('INVALID_CONFIGURATION', `not permitted: ${message}`, options);
    default:
      return new TidegateError('INTERNAL', message ?? String(thrown), options);
  }
}
