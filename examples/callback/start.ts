/**
 * A function that reports later: it answers 202 at once, works on, sends heartbeats, and completes the task through the signed
 * URL that came with the call. The run waits for it without holding a connection.
 *
 *   node examples/callback/start.ts
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { startTidegate } from '../../src/index.ts';

const DEFINITION = `
tasks:
  render:
    http: { url: '\${input.renderer}/render', body: { pages: '\${input.pages}' }, callback: true }
    timeout: 1m
    heartbeat: 2s
output: { file: '\${results.render.file}' }
`;

const renderer = createServer(async (request, response) => {
  const callback = String(request.headers['tidegate-callback']);
  const { pages } = (await json(request)) as { pages: number };
  response.writeHead(202).end();
  console.log(`renderer: took a job of ${pages} pages`);
  for (let page = 1; page <= pages; page++) {
    await pause(200);
    await report(callback, 'heartbeat');
  }
  await report(callback, 'success', { file: `report-${pages}.pdf` });
  // The URL serves one report: a second one is refused, so nothing can be completed twice.
  await report(callback, 'success', { file: 'another.pdf' });
}).listen(0, '127.0.0.1');
await once(renderer, 'listening');

async function report(callback: string, kind: string, body?: unknown): Promise<void> {
  const { status } = await fetch(`${callback}/${kind}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  console.log(`renderer: ${kind} answered with ${status}`);
}

const tidegate = await startTidegate({ dataDir: { memory: true }, frontend: { port: 0 } });
try {
  await tidegate.gateway.putWorkflow('report', { format: 'dag', definition: DEFINITION });
  const url = `http://127.0.0.1:${(renderer.address() as AddressInfo).port}`;
  const input = { renderer: url, pages: 5 };
  const { run } = await tidegate.gateway.startRun('report', { input }, { waitMs: 30_000 });
  console.log(`run: ${run.status} ${JSON.stringify(run.output)}`);
  process.exitCode = run.status === 'SUCCEEDED' ? 0 : 1;
  await pause(200);
} finally {
  await tidegate.stop();
  renderer.closeAllConnections();
  renderer.close();
}
