import { type Command, UsageError } from '../command.ts';
import { type Role, startConfiguredFrontend, startConfiguredWorker } from '../configured-engine.ts';
import { EXIT } from '../exit-codes.ts';
import { untilAborted } from '../interruption.ts';
import { VERSION } from '../version.ts';

const GROUND = `Log and store are shared by all processes: set TIDEGATE_LOG (kafka, nats or redis) and TIDEGATE_STORE=redis,
and what the chosen ones need. All processes need the same settings for them. Any number may run, on any hosts.`;

interface RoleCommand {
  readonly name: string;
  readonly summary: string;
  readonly details: string;
  readonly shows: string;
  readonly start: typeof startConfiguredWorker;
}

const ROLES: readonly RoleCommand[] = [
  {
    name: 'frontend',
    summary: 'Run the REST front end alone, over a shared log and store',
    details: GROUND,
    shows: 'the API is described at /openapi.json',
    start: startConfiguredFrontend,
  },
  {
    name: 'worker',
    summary: 'Run a worker alone, over a shared log and store',
    details: `${GROUND}
It serves /healthz, /readyz and /metrics at --worker-host and --worker-port. The first SIGINT or SIGTERM hands its partitions to
the other workers; a second one ends the process at once, and its partitions follow within --lease-ms.`,
    shows: 'health and metrics at /readyz and /metrics',
    start: startConfiguredWorker,
  },
];

/** Roles of a deployment over several processes. */
export const splitCommands: readonly Command[] = [
  ...ROLES.map(commandOf),
  {
    name: 'controller',
    summary: 'Not in this version: keeps Kubernetes resources in step with the workflows',
    positionals: ['...?'],
    options: {},
    settings: ['engine'],
    async run() {
      throw new UsageError('"controller" is a role on Kubernetes that this version does not have yet');
    },
  },
];

function commandOf({ name, summary, details, shows, start }: RoleCommand): Command {
  return {
    name,
    summary,
    positionals: [],
    options: {},
    settings: ['engine'],
    details,
    async run({ configuration, terminal, interrupted }) {
      const role: Role = await start(configuration, interrupted);
      const { address } = role;
      if (terminal.json) terminal.printJson({ state: 'listening', role: name, address, pid: process.pid });
      else
        terminal.print(
          `Tidegate ${VERSION} ${name} listens at ${terminal.paint('bold', address)}; ${shows}; Ctrl-C ends`,
        );
      await untilAborted(interrupted);
      terminal.note('stopping; once more to stop at once');
      await role.stop();
      if (terminal.json) terminal.printJson({ state: 'stopped' });
      return EXIT.ok;
    },
  };
}
