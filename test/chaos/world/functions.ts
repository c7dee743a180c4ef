import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Random } from '../../simulator/world/random.ts';
import { pause } from './pause.ts';

/** One call of a function, as the function saw it. */
export interface FunctionCall {
  /** Milliseconds of the epoch. */
  readonly at: number;
  readonly effect: string;
  readonly method: string;
  readonly path: string;
  readonly body: string;
  /** How often the store had lost its last moments before. */
  readonly life: number;
  /** A status, `silence` or `reset`. */
  readonly answer: string;
}

/** How often a function misbehaves, of 1. */
const FAILS = 0.05;
const IS_SLOW = 0.03;
const KEEPS_SILENT = 0.01;
const BREAKS_OFF = 0.02;
/** Longer than any time-out of the load's calls. */
const SILENCE_MS = 6_000;
const REPORT_AGAIN_MS = 250;

/**
 * The services that workflows call, in this process, where no fault reaches them. They record every call, do what the path
 * says, and while they are not calm answer some calls with 500, late, or not at all.
 */
export class Functions {
  readonly calls: FunctionCall[] = [];
  /** Life of the store; counted up by the fault that takes its last moments. */
  life = 0;
  /** Reports of asynchronous calls that are still to be made. */
  reporting = 0;
  calm = false;
  readonly #random: Random;
  readonly #server: Server;
  readonly #over = new AbortController();

  constructor(random: Random) {
    this.#random = random;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  async listen(): Promise<string> {
    await new Promise<void>((listening) => this.#server.listen(0, '127.0.0.1', listening));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#over.abort();
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => {}); // the caller is gone, which is part of the game
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return; // it died before it had asked
    }
    const body = Buffer.concat(chunks).toString('utf8');
    const effect = decodeURIComponent(String(request.headers['idempotency-key']));
    const path = request.url ?? '';
    const mishap = this.#mishap(path, effect);
    const answer = mishap ?? answerOf(path, body);
    const told = typeof answer === 'string' ? answer : `${answer.status}`;
    const { method = '' } = request;
    this.calls.push({ at: Date.now(), effect, method, path, body, life: this.life, answer: told });
    if (answer === 'reset') return void request.socket.destroy();
    if (answer === 'silence') {
      await pause(SILENCE_MS, this.#over.signal);
      return void request.socket.destroy();
    }
    if (!this.calm && this.#random.chance(IS_SLOW))
      await pause(this.#random.int(300, 1_500), this.#over.signal);
    const callback = request.headers['tidegate-callback'];
    if (answer.status === 202 && typeof callback === 'string') void this.#report(callback, body);
    response
      .writeHead(answer.status, { 'content-type': 'application/json' })
      .end(JSON.stringify(answer.body));
  }

  #mishap(path: string, effect: string): 'reset' | 'silence' | { status: number; body: object } | undefined {
    // Its first attempt is never answered, so that a retry by time-out is part of every such run.
    if (path.startsWith('/mute') && effect.endsWith(':1')) return 'silence';
    if (this.calm) return undefined;
    const drawn = this.#random.next();
    if (drawn < FAILS) return { status: 500, body: { message: 'as chance would have it' } };
    if (drawn < FAILS + KEEPS_SILENT) return 'silence';
    return drawn < FAILS + KEEPS_SILENT + BREAKS_OFF ? 'reset' : undefined;
  }

  /** Until a front end has taken it. */
  async #report(callback: string, body: string): Promise<void> {
    this.reporting++;
    const { signal } = this.#over;
    await pause(this.#random.int(20, 600), signal);
    while (!signal.aborted) {
      const { status } = await fetch(`${callback}/success`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ reported: JSON.parse(body) as unknown }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]),
      }).catch(() => ({ status: 599 }));
      // 410: taken before, or the attempt is over. 404: the store has yet to catch up with the log, or the run is gone.
      if (status < 300 || status === 410) break;
      await pause(REPORT_AGAIN_MS, signal);
    }
    this.reporting--;
  }
}

/** Depends on nothing but the path and the body. */
function answerOf(path: string, body: string): { status: number; body: object } {
  if (path.startsWith('/refuse'))
    return { status: 409, body: { code: 'OutOfStock', message: 'none left', retryable: false } };
  if (path.startsWith('/later')) return { status: 202, body: {} };
  return { status: 200, body: { echo: JSON.parse(body) as unknown } };
}
