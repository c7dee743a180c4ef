import type { TriggerDefinition } from '../../model/documents.ts';
import { type Command, UsageError } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { itemsOf, LIMIT_OPTION, limitOf, withServer } from '../server.ts';

export const listTriggers: Command = {
  name: 'triggers list',
  summary: 'List the triggers of a workflow, compiled ones too',
  positionals: ['WORKFLOW'],
  options: { version: { doc: 'A version; default: the newest.', value: 'NUMBER' }, ...LIMIT_OPTION },
  settings: ['client'],
  async run(call) {
    const { terminal, options, positionals } = call;
    if (options.version !== undefined && !/^[1-9]\d{0,8}$/.test(options.version))
      throw new UsageError(`--version is ${JSON.stringify(options.version)}; it must be a number`);
    const version = options.version === undefined ? {} : { version: Number(options.version) };
    const found: TriggerDefinition[] = [];
    await withServer(call, async (client) => {
      const pageOf = (page: object) => client.listTriggers(positionals[0] as string, { ...version, ...page });
      for await (const trigger of itemsOf(pageOf, limitOf(call))) {
        if (terminal.json) terminal.printJson(trigger);
        else found.push(trigger);
      }
    });
    if (terminal.json) return EXIT.ok;
    terminal.table(
      ['TRIGGER', 'CONDITION', 'ACTIVATED BY', 'ACTIONS'],
      found.map((trigger) => [trigger.id, trigger.condition.type, activationOf(trigger), actionsOf(trigger)]),
    );
    return EXIT.ok;
  },
};

function activationOf({ activationEvents }: TriggerDefinition): string {
  const [first, ...rest] = activationEvents.map(({ subject, type }) =>
    [type, subject].filter(Boolean).join(' '),
  );
  return rest.length > 0 ? `${first} and ${rest.length} more` : (first ?? '');
}

/** `fire: http, emit; skipped: emit` */
function actionsOf({ actions }: TriggerDefinition): string {
  if (actions === undefined) return '';
  const byOutcome: readonly (readonly [string, readonly { type: string }[]])[] = Array.isArray(actions)
    ? [['fire', actions]]
    : Object.entries(actions);
  return byOutcome
    .map(([outcome, list]) => `${outcome}: ${list.map(({ type }) => type).join(', ')}`)
    .join('; ');
}
