import { randomUUID } from 'node:crypto';
import { parseDefinitionText } from '../../compilers/index.ts';
import type { CloudEvent } from '../../model/cloud-event.ts';
import { checkEvent } from '../../model/cloud-event-codec.ts';
import { TidegateError } from '../../model/errors.ts';
import { type Command, type Invocation, UsageError } from '../command.ts';
import { readText } from '../definition-file.ts';
import { EXIT } from '../exit-codes.ts';
import { readAll, readInput } from '../json-input.ts';
import { withServer } from '../server.ts';

const BATCH = 1000;

export const publishEvents: Command = {
  name: 'events publish',
  summary: 'Publish CloudEvents, from options or from a file',
  positionals: ['FILE?'],
  options: {
    type: { doc: 'Type of the one event made from options.', value: 'TYPE' },
    subject: { doc: 'Its subject.', value: 'SUBJECT' },
    source: { doc: 'Its source; default /tidegate/cli.', value: 'URI' },
    id: { doc: 'Its id; default: a new one.', value: 'ID' },
    workflow: { doc: 'Its workflow; for events of a file that name none, too.', value: 'NAME' },
    run: { doc: 'Its run, likewise.', value: 'RUN' },
    data: { doc: 'Its data: JSON, a file, or - for standard input.', value: 'JSON|FILE' },
  },
  settings: ['client'],
  details: `FILE holds one event, a list of them, or one per line, in JSON (a list may be YAML); "-" is standard input.
Events without id, source or specversion get them, so that {"type": "com.example.done"} is enough.`,
  async run(call) {
    const events = await readEvents(call);
    await withServer(call, async (client) => {
      for (let at = 0; at < events.length; at += BATCH) await client.publish(events.slice(at, at + BATCH));
    });
    if (call.terminal.json) call.terminal.printJson({ accepted: events.length });
    else call.terminal.print(`${events.length} ${events.length === 1 ? 'event' : 'events'} accepted`);
    return EXIT.ok;
  },
};

async function readEvents(call: Invocation): Promise<CloudEvent[]> {
  const { positionals, options, input } = call;
  const { type, subject, source, id, workflow, run, data } = options;
  const shared = { ...(workflow !== undefined && { workflow }), ...(run !== undefined && { run }) };
  const [file] = positionals;
  if (type !== undefined) {
    if (file !== undefined) throw new UsageError('an event is made from --type or read from FILE, not both');
    return [
      complete({
        ...shared,
        type,
        ...(subject !== undefined && { subject }),
        ...(source !== undefined && { source }),
        ...(id !== undefined && { id }),
        ...(data !== undefined && { data: await readInput(data, input) }),
      }),
    ];
  }
  if (file === undefined)
    throw new UsageError(
      'say what to publish: --type TYPE, or FILE ("-" for standard input)',
      'events publish',
    );
  const values = valuesOf(file === '-' ? await readAll(input) : readText(file));
  return values.map((value, index) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new TidegateError('INVALID_EVENT', `event ${index + 1} of ${file} is no object`);
    return complete({ ...shared, ...value });
  });
}

/** A list, one value, or a value per line. */
function valuesOf(text: string): unknown[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length > 1 && lines.every((line) => line.startsWith('{') && line.trimEnd().endsWith('}')))
    return lines.map((line) => parseDefinitionText(line).value);
  const { value } = parseDefinitionText(text);
  return Array.isArray(value) ? value : [value];
}

/** Throws INVALID_EVENT before anything is sent. */
function complete(event: object): CloudEvent {
  return checkEvent(
    { specversion: '1.0', id: randomUUID(), source: '/tidegate/cli', ...event },
    { external: true },
  );
}
