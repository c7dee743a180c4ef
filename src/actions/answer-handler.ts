import type { Agent, Dispatcher } from 'undici';
import type { EffectError } from './action.ts';
import { effectError } from './effect-error.ts';
import type { OutgoingAnswer, OutgoingCall } from './outgoing.ts';

/**
 * Makes the call and gathers its answer. Through undici's handler: the stream that its `request` makes of each answer costs
 * as much as the rest of a small call. Rejects with the reason of the abort, with RESPONSE_TOO_LARGE, or as undici does.
 */
export function answerTo(agent: Agent, url: URL, call: OutgoingCall): Promise<OutgoingAnswer> {
  const { method, headers, body = null, signal } = call;
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const handler = new AnswerHandler(call, url.host, resolve, reject);
    agent.dispatch(
      { origin: url.origin, path: `${url.pathname}${url.search}`, method, headers, body },
      handler,
    );
  });
}

/** Gathers one answer, up to the most bytes that the call takes. */
class AnswerHandler implements Dispatcher.DispatchHandler {
  readonly #call: OutgoingCall;
  readonly #host: string;
  readonly #resolve: (answer: OutgoingAnswer) => void;
  readonly #reject: (error: unknown) => void;
  readonly #abort = () => this.#give(this.#call.signal.reason);
  #controller: Dispatcher.DispatchController | undefined;
  #given: unknown;
  #status = 0;
  #headers: Record<string, string> = {};
  #chunks: Buffer[] = [];
  #size = 0;

  constructor(
    call: OutgoingCall,
    host: string,
    resolve: (answer: OutgoingAnswer) => void,
    reject: (error: unknown) => void,
  ) {
    this.#call = call;
    this.#host = host;
    this.#resolve = resolve;
    this.#reject = reject;
    call.signal.addEventListener('abort', this.#abort, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#given !== undefined) controller.abort(asError(this.#given));
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    statusCode: number,
    headers: Dispatcher.ResponseData['headers'],
  ): void {
    if (statusCode < 200) return;
    this.#status = statusCode;
    this.#headers = flat(headers);
    if (Number(headers['content-length'] ?? 0) > this.#call.maxResponseBytes)
      controller.abort(this.#tooLarge());
  }
  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > this.#call.maxResponseBytes) controller.abort(this.#tooLarge());
    else this.#chunks.push(chunk);
  }
  onResponseEnd(): void {
    this.#end();
    const body = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks, this.#size);
    this.#resolve({ status: this.#status, headers: this.#headers, body });
  }
  onResponseError(_: unknown, error: Error): void {
    this.#end();
    this.#reject(error);
  }

  /** Nobody waits for the answer any more. */
  #give(reason: unknown): void {
    this.#given = reason;
    this.#controller?.abort(asError(reason));
    this.#end();
    this.#reject(reason);
  }
  #end(): void {
    this.#call.signal.removeEventListener('abort', this.#abort);
  }
  #tooLarge(): EffectError {
    const message = `${this.#host} answered with more than ${this.#call.maxResponseBytes} bytes (the limit responseBytes)`;
    return effectError('RESPONSE_TOO_LARGE', message, { details: { status: this.#status } });
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

function flat(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) joined[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return joined;
}
