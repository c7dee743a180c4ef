import type { Command } from '../command.ts';
import { compile } from './compile.ts';
import { deadLetterCommands } from './dead-letters.ts';
import { deploy } from './deploy.ts';
import { publishEvents } from './events.ts';
import { graph } from './graph.ts';
import { helpCommand } from './help.ts';
import { run } from './run.ts';
import { runCommands } from './runs.ts';
import { splitCommands } from './split.ts';
import { start } from './start.ts';
import { testStateCommand } from './test-state.ts';
import { listTriggers } from './triggers.ts';
import { validate } from './validate.ts';
import { version } from './version.ts';

/** The registry, in the order `help` shows it. */
export const COMMANDS: readonly Command[] = [
  start,
  validate,
  compile,
  graph,
  run,
  testStateCommand,
  deploy,
  ...runCommands,
  publishEvents,
  listTriggers,
  ...deadLetterCommands,
  helpCommand(() => COMMANDS),
  version,
  ...splitCommands,
];
