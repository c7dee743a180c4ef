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
  const failure = startFailure(thrown);
  if (failure !== undefined) {
    tell(terminal, 'CANNOT_START', ...failure, {});
    return EXIT.cannotStart;
  }
  const error =
    thrown instanceof TidegateError
      ? thrown
      : new TidegateError('INTERNAL', thrown instanceof Error ? thrown.message : String(thrown));
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

/** What of the system's own failures people meet at start: message and remedy. */
function startFailure(thrown: unknown): readonly [string, string] | undefined {
  const { code, message, port, address } = (thrown ?? {}) as NodeJS.ErrnoException & {
    port?: number;
    address?: string;
  };
  switch (code) {
    case 'EADDRINUSE':
      return [
        `port ${port} of ${address} is taken`,
        'Stop what listens there, or choose another with --port (0 takes a free one).',
      ];
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return [`the host is no address of this machine: ${message}`, 'Choose another with --host.'];
    case 'EACCES':
      return [`not permitted: ${message}`, 'Choose another port or folder, or get the permission.'];
    default:
      return undefined;
  }
}
