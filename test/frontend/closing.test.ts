import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestFrontend, type TestFrontend } from './test-frontend.ts';

let started: TestFrontend | undefined;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await started?.engine.stop();
});

async function connectionTo(address: string): Promise<Socket> {
  const socket = connect(Number(new URL(address).port), '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

describe('a front end that closes', () => {
  it.each([
    ['that never sent a request', ''],
    ['that sends the head of a request for ever', 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n'],
  ])('does not wait for a connection %s', async (_, text) => {
    started = await startTestFrontend();
    const address = await started.frontend.listen({ port: 0 });
    const socket = await connectionTo(address);
    socket.write(text);
    // Answered over another connection, so the server knows the first.
    expect((await fetch(`${address}/healthz`)).status).toBe(200);
    const ended = once(socket, 'close');
    await started.frontend.close();
    await ended;
  });
});
