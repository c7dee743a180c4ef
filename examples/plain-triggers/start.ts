/**
 * Plain triggers over REST: a counter, a join, a sequence and a window, driven by CloudEvents in all three modes, and changed
 * while their run is live. Every request is shown as a curl command.
 *
 *   node examples/plain-triggers/start.ts
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { startTidegate } from '../../src/index.ts';

const EVENTS = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';

/** What the triggers call. */
const fired: string[] = [];
const sink = createServer(async (request, response) => {
  fired.push(await text(request));
  response.end();
}).listen(0, '127.0.0.1');
await once(sink, 'listening');
const sinkUrl = `http://127.0.0.1:${(sink.address() as AddressInfo).port}`;

const tidegate = await startTidegate({ dataDir: { memory: true }, frontend: { port: 0 } });

async function send(
  method: string,
  path: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<void> {
  const content = typeof body === 'string' ? body : JSON.stringify(body);
  const shown = Object.entries(headers).map(([name, value]) => ` -H '${name}: ${value}'`);
  const data = headers['content-type'] === 'application/yaml' ? '@triggers.yaml' : `'${content}'`;
  console.log(`\ncurl -X ${method} ${tidegate.address}${path}${shown.join('')} --data-binary ${data}`);
  const response = await fetch(`${tidegate.address}${path}`, { method, headers, body: content });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
}

let sequence = 0;
function event(type: string, subject: string, data: unknown = {}): object {
  const id = String(++sequence);
  return {
    specversion: '1.0',
    id,
    source: '/line/3',
    type: `com.example.${type}`,
    subject,
    workflow: 'line',
    data,
  };
}

async function expectFirings(count: number): Promise<void> {
  for (const until = Date.now() + 10_000; fired.length < count; ) {
    if (Date.now() > until) throw new Error(`${count - fired.length} triggers did not fire`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  for (const each of fired.slice(count - 1)) console.log(`  fired: ${each}`);
  if (fired.length > count) throw new Error('a trigger fired that should not have');
}

try {
  const definition = readFileSync(new URL('triggers.yaml', import.meta.url), 'utf8').replaceAll(
    'SINK',
    sinkUrl,
  );
  await send('PUT', '/v1/workflows/line?format=triggers', definition, { 'content-type': 'application/yaml' });

  // Structured mode, one event each; the third comes twice and counts once.
  const parts = [1, 2, 3].map((part) => event('part.done', `part.${part}`));
  for (const part of [...parts, parts[2]]) await send('POST', '/v1/events', part, { 'content-type': EVENTS });
  await send('POST', '/v1/events', event('part.done', 'part.4'), { 'content-type': EVENTS });
  await expectFirings(1);

  // Batch mode: the members of a join, in any order.
  const sides = ['top', 'left', 'left', 'right'].map((side) => event('side.painted', `side.${side}`));
  await send('POST', '/v1/events', sides, { 'content-type': BATCH });
  await expectFirings(2);

  // Binary mode: the attributes are headers, the body is the data.
  for (const type of ['door.opened', 'machine.started']) {
    const headers = {
      'ce-specversion': '1.0',
      'ce-id': `binary-${type}`,
      'ce-source': '/line/3',
      'ce-type': `com.example.${type}`,
      'ce-subject': 'press-1',
      'ce-workflow': 'line',
      'content-type': 'application/json',
    };
    await send('POST', '/v1/events', {}, headers);
  }
  await expectFirings(3);

  const readings = [91, 20, 95, 99].map((celsius) => event('temperature', 'press-1', { celsius }));
  await send('POST', '/v1/events', readings, { 'content-type': BATCH });
  await expectFirings(4);

  // Triggers of the live run: one more, and one that is silent from now on.
  const json = { 'content-type': 'application/json' };
  await send(
    'POST',
    '/v1/workflows/line/runs/standing/triggers',
    {
      id: 'alarm',
      activationEvents: [{ type: 'com.example.alarm' }],
      condition: { type: 'always' },
      actions: [{ type: 'http', url: `${sinkUrl}/fired`, body: { trigger: 'alarm' } }],
      transient: true,
    },
    json,
  );
  await send('PATCH', '/v1/workflows/line/runs/standing/triggers/too-hot', { enabled: false }, json);
  await send(
    'POST',
    '/v1/events',
    [...readings, event('alarm', 'press-1')].map((each) => ({ ...each, id: `again-${++sequence}` })),
    { 'content-type': BATCH },
  );
  await expectFirings(5);
  console.log('\nall triggers fired as they should');
} finally {
  await tidegate.stop({ graceMs: 1_000 });
  sink.closeAllConnections();
  sink.close();
}
