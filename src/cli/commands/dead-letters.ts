import type { DeadLetterDocument } from '../../client/index.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { itemsOf, LIMIT_OPTION, limitOf, withServer } from '../server.ts';
import { printable } from '../terminal.ts';

const list: Command = {
  name: 'dead-letters list',
  summary: 'List what could not be applied, with the reasons',
  positionals: [],
  options: {
    workflow: { doc: 'Only of this workflow.', value: 'NAME' },
    run: { doc: 'Only of this run; wants --workflow too.', value: 'RUN' },
    ...LIMIT_OPTION,
  },
  settings: ['client'],
  async run(call) {
    const { terminal, options } = call;
    const { workflow, run } = options;
    const query = { ...(workflow !== undefined && { workflow }), ...(run !== undefined && { run }) };
    const letters: DeadLetterDocument[] = [];
    await withServer(call, async (client) => {
      for await (const letter of itemsOf(
        (page) => client.listDeadLetters({ ...query, ...page }),
        limitOf(call),
      )) {
        if (terminal.json) terminal.printJson(letter);
        else letters.push(letter);
      }
    });
    if (terminal.json) return EXIT.ok;
    terminal.table(
      ['ID', 'AT', 'REASON', 'RUN', 'MESSAGE'],
      letters.map((letter) => [
        letter.id,
        letter.at,
        letter.reason,
        [letter.workflow, letter.run].filter((part) => part !== undefined).join('/'),
        printable(letter.message),
      ]),
    );
    return EXIT.ok;
  },
};

const show: Command = {
  name: 'dead-letters show',
  summary: 'Show one, with its event or effect',
  positionals: ['ID'],
  options: {},
  settings: ['client'],
  async run(call) {
    const letter = await withServer(call, (client) => client.getDeadLetter(call.positionals[0] as string));
    if (call.terminal.json) call.terminal.printJson(letter);
    else call.terminal.print(JSON.stringify(letter, null, 2));
    return EXIT.ok;
  },
};

function verb(name: 'replay' | 'delete', summary: string, done: string): Command {
  return {
    name: `dead-letters ${name}`,
    summary,
    positionals: ['ID'],
    options: {},
    settings: ['client'],
    async run(call) {
      const id = call.positionals[0] as string;
      await withServer(call, (client) =>
        name === 'replay' ? client.replayDeadLetter(id) : client.deleteDeadLetter(id),
      );
      if (call.terminal.json) call.terminal.printJson({ id, [done]: true });
      else call.terminal.print(`${id} ${done}`);
      return EXIT.ok;
    },
  };
}

export const deadLetterCommands: readonly Command[] = [
  list,
  show,
  verb('replay', 'Deliver its event, or perform its effect, once more', 'replayed'),
  verb('delete', 'Delete one', 'deleted'),
];
