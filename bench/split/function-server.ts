import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A local function that does nothing, in a process of its own. Of calls with `{run}` in the body it notes the time from its
 * answer to one to the arrival of the same run's next: what the engine took for a step. Sends `{port}` when it listens, and
 * the times in milliseconds, which it then forgets, whenever it is asked.
 */
const answeredAt = new Map<string, number>();
let steps: number[] = [];

const server = createServer((request, response) => {
  const arrivedAt = performance.now();
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    const { run, last } = JSON.parse(body) as { run: string; last: boolean };
    const before = answeredAt.get(run);
    if (before !== undefined) steps.push(arrivedAt - before);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');
    if (last) answeredAt.delete(run);
    else answeredAt.set(run, performance.now());
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));

process.on('message', () => {
  process.send?.(steps);
  steps = [];
});
