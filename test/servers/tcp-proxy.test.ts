import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type TcpProxy, tcpProxy } from './index.ts';

let server: Server;
let proxy: TcpProxy;
const clients: Socket[] = [];

beforeEach(async () => {
  server = createServer((socket) => socket.on('error', () => {}).pipe(socket));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  proxy = await tcpProxy({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await proxy.close();
  server.close();
});

/** Connects and says something; what comes back. */
async function client(word: string): Promise<{ socket: Socket; echo: Promise<string> }> {
  const socket = connect(proxy.port, '127.0.0.1').setEncoding('utf8');
  clients.push(socket);
  await once(socket, 'connect');
  socket.write(word);
  return { socket, echo: once(socket, 'data').then(([text]) => text as string) };
}

it('passes both directions on', async () => {
  const { echo } = await client('hello');
  expect(await echo).toBe('hello');
});

it('passes on that one side has ended', async () => {
  const { socket, echo } = await client('last words');
  socket.end();
  expect(await echo).toBe('last words');
  await once(socket, 'close');
});

it('cut: resets what is connected and refuses what comes, until mended', async () => {
  const { socket, echo } = await client('hello');
  await echo;
  const reset = once(socket, 'error').then(() => {}, String);
  proxy.cut();
  await expect(reset).resolves.toBeUndefined();
  await expect(client('hello')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  proxy.mend();
  const { echo: again } = await client('again');
  expect(await again).toBe('again');
});

it('stall: keeps connections and takes new ones, passes nothing until mended', async () => {
  const before = await client('hello');
  await before.echo;
  proxy.stall();
  let passed = 0;
  before.socket.on('data', () => passed++);
  before.socket.write('into the stall');
  const during = await client('during');
  during.socket.on('data', () => passed++);
  await new Promise<void>((resolve) => server.getConnections(() => resolve()));
  expect(passed).toBe(0);
  proxy.mend();
  expect(await during.echo).toBe('during');
});
