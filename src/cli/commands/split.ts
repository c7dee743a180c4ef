import { type Command, UsageError } from '../command.ts';

/** Roles of a deployment over several processes: known by name, so that whoever asks is told. */
export const splitCommands: readonly Command[] = ['frontend', 'worker', 'controller'].map((name) => ({
  name,
  summary: 'Not in this version: one role of a deployment over Kafka, NATS or Redis',
  positionals: ['...?'],
  options: {},
  settings: ['engine'],
  async run() {
    throw new UsageError(
      `"${name}" is one role of a deployment over Kafka, NATS or Redis, which this version does not have yet; \`tidegate start\` runs all roles in one process`,
    );
  },
}));
