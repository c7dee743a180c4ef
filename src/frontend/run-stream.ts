import type { ServerResponse } from 'node:http';
import { isEnded } from '../model/run.ts';
import type { RunNotice } from '../workers/gateway.ts';
import { type Call, HIJACKED, pathOf } from './route.ts';

/** A reader that has fallen so many bytes behind is let go; it comes back and gets the run as it stands. */
const MAX_BEHIND_BYTES = 4_194_304;

/**
 * Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html): `run` with the run's document,
 * `task` as tasks move. The first is always the run as it stands, so a client that comes back with Last-Event-ID misses
 * no state. Ends after the run has; comments in between keep proxies from closing the connection.
 */
export async function streamRun(call: Call): Promise<typeof HIJACKED> {
  const stream = new RunStream(call);
  // The headers go out with the first notice: until then a run that is not there still gets its problem document.
  const stop = await call.gateway.watchRun(pathOf(call, 'name'), pathOf(call, 'run'), (notice) =>
    stream.tell(notice),
  );
  stream.onEnd(stop);
  stream.open();
  return HIJACKED;
}

class RunStream {
  readonly #call: Call;
  readonly #response: ServerResponse;
  #opened = false;
  #ended = false;
  #stop: (() => void) | undefined;
  #heartbeat = () => {};
  #sequence = 0;

  constructor(call: Call) {
    this.#call = call;
    this.#response = call.reply.raw;
  }

  open(): void {
    if (this.#opened) return;
    this.#opened = true;
    this.#call.reply.hijack();
    this.#response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    this.#response.on('close', this.#end);
    this.#response.on('error', this.#end);
    this.#call.closing.addEventListener('abort', this.#end, { once: true });
    if (this.#response.destroyed || this.#call.closing.aborted) {
      this.#end();
      return;
    }
    this.#response.write(': Tidegate\n\n');
    this.#beat();
  }

  #beat(): void {
    this.#heartbeat = this.#call.clock.after(this.#call.heartbeatMs, () => {
      this.#write(': heartbeat\n\n');
      if (!this.#ended) this.#beat();
    });
  }

  onEnd(stop: () => void): void {
    if (this.#ended) stop();
    else this.#stop = stop;
  }

  tell(notice: RunNotice): void {
    if (this.#ended) return;
    this.open();
    const { kind, ...task } = notice;
    const data = notice.kind === 'run' ? notice.run : task;
    this.#write(`id: ${++this.#sequence}\nevent: ${kind}\ndata: ${JSON.stringify(data)}\n\n`);
    if (notice.kind === 'run' && isEnded(notice.run.status)) this.#end();
  }

  #write(text: string): void {
    if (this.#ended) return;
    this.#response.write(text);
    if (this.#response.writableLength > MAX_BEHIND_BYTES) this.#end();
  }

  readonly #end = (): void => {
    if (this.#ended) return;
    this.#ended = true;
    this.#heartbeat();
    this.#call.closing.removeEventListener('abort', this.#end);
    this.#response.end();
    this.#stop?.();
  };
}
