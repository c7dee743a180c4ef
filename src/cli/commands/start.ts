import type { Command } from '../command.ts';
import { startConfigured } from '../configured-engine.ts';
import { EXIT } from '../exit-codes.ts';
import { untilAborted } from '../interruption.ts';
import { VERSION } from '../version.ts';

export const start: Command = {
  name: 'start',
  summary: 'Run the whole engine with its REST front end in one process, embedded unless set otherwise',
  positionals: [],
  options: {},
  settings: ['engine'],
  details: `The first SIGINT or SIGTERM takes no more requests and lets calls under way finish (--drain-ms); what is left goes on at
the next start. A second one ends the process at once; nothing acknowledged is lost by that either.`,
  async run({ configuration, terminal, interrupted }) {
    const { dataDir, drainMs, log, store } = configuration.values;
    const data = log === 'embedded' ? dataDir : `${log} and ${store}`;
    const tidegate = await startConfigured(configuration, { interrupted });
    if (terminal.json)
      terminal.printJson({
        state: 'listening',
        address: tidegate.address,
        dataDir,
        log,
        store,
        pid: process.pid,
      });
    else {
      terminal.print(`Tidegate ${VERSION} listens at ${terminal.paint('bold', tidegate.address as string)}`);
      terminal.print(
        `data in ${data}; the API is described at ${tidegate.address}/openapi.json; Ctrl-C ends`,
      );
    }
    await untilAborted(interrupted);
    terminal.note('stopping; once more to stop at once');
    await tidegate.stop({ graceMs: drainMs });
    if (terminal.json) terminal.printJson({ state: 'stopped' });
    return EXIT.ok;
  },
};
