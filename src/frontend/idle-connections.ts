import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * The connections of a server and how many requests each is being answered. Node takes a connection that has never sent a
 * request for a busy one: a client that connected ahead of need would hold up a server that closes for a minute.
 */
export class IdleConnections {
  readonly #requests = new Map<Socket, number>();

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.#requests.set(socket, 0);
      socket.once('close', () => this.#requests.delete(socket));
    });
    server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
      this.#count(socket, 1);
      response.once('close', () => this.#count(socket, -1));
    });
  }

  #count(socket: Socket, more: number): void {
    const before = this.#requests.get(socket);
    if (before !== undefined) this.#requests.set(socket, before + more);
  }

  /** Ends those on which no request is being answered, heads of requests that are still coming in included. */
  close(): void {
    for (const [socket, requests] of this.#requests) if (requests === 0) socket.destroy();
  }
}
