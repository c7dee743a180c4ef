import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from './free-port.ts';

/** Stands between a client and a server, and plays a network that fails. */
export interface TcpProxy {
  /** On 127.0.0.1; the same as long as it lives. */
  readonly port: number;
  /** Resets all connections and refuses new ones. */
  cut(): void;
  /** Takes connections and passes everything again; what stalled goes on. */
  mend(): void;
  /** Keeps connections open and takes new ones, but passes nothing in either direction. */
  stall(): void;
  close(): Promise<void>;
}

export async function tcpProxy(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
  const port = await freePort();
  const sockets = new Set<Socket>();
  let stalled = false;
  let server: Server | undefined;

  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {}); // its other half is ended on 'close'
    socket.setNoDelay(true);
  };
  const join = (from: Socket, to: Socket) => {
    from.on('data', (chunk) => {
      if (!to.write(chunk)) from.pause();
    });
    to.on('drain', () => {
      if (!stalled) from.resume();
    });
    from.on('end', () => to.end());
    from.on('close', () => to.destroy());
    if (stalled) from.pause();
  };
  const take = (client: Socket) => {
    keep(client);
    const upstream = connect(target);
    keep(upstream);
    join(client, upstream);
    join(upstream, client);
  };
  const listen = () => {
    const listening = createServer({ allowHalfOpen: true }, take);
    server = listening;
    return new Promise<void>((resolve, reject) => {
      listening.once('error', reject);
      listening.listen({ host: '127.0.0.1', port }, resolve);
    });
  };
  const cut = () => {
    server?.close();
    server = undefined;
    for (const socket of sockets) socket.resetAndDestroy();
  };
  await listen();

  return {
    port,
    cut,
    mend() {
      stalled = false;
      for (const socket of sockets) socket.resume();
      if (server === undefined) void listen();
    },
    stall() {
      stalled = true;
      for (const socket of sockets) socket.pause();
    },
    async close() {
      const closing = server;
      const closed = closing === undefined ? undefined : new Promise((done) => closing.once('close', done));
      cut();
      await closed;
    },
  };
}
