#!/usr/bin/env -S node --disable-warning=ExperimentalWarning --disable-warning=TimeoutNegativeWarning
import { enableCompileCache } from 'node:module';
import { EXIT } from './exit-codes.ts';
import { Terminal } from './terminal.ts';

const words = process.argv.slice(2);
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (interruption.signal.aborted) process.exit(EXIT.interrupted);
    interruption.abort();
  });
}
// Whoever reads may stop reading: `tidegate runs | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.ok);
  throw error;
});

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 22)) {
  process.stderr.write(`Tidegate needs Node 22.22 or later; this is ${process.version}\n`);
  process.exit(EXIT.usage);
}
// The second start of a process spares the compiler's work; where there is no folder to write to it is as ever.
enableCompileCache();
// Only now: an older Node would fail at the first import it does not know.
const { execute } = await import('./execute.ts');
const code = await execute(words, {
  terminal: Terminal.ofProcess(words.includes('--json')),
  environment: process.env,
  folder: process.cwd(),
  input: process.stdin,
  interrupted: interruption.signal,
});
process.stdout.write('', () => process.exit(code));
