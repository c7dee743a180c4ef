import type { EventDetails, ExecutionEvent } from './execution-event.ts';

/** The events so far, and where each path stands: a path is the scope that one token moves in. */
export class Chronicle {
  events: ExecutionEvent[] = [];
  readonly #tails = new Map<string, number>();
  #now = 0;

  /** milliseconds of the epoch: of what is added next. A worker whose clock is behind that of the one before it turns no time back. */
  set now(ms: number) {
    this.#now = Math.max(ms, this.events.at(-1)?.timestamp ?? ms);
  }

  /** Id of the last event of the path. */
  tail(path: string): number {
    return this.#tails.get(path) ?? 0;
  }

  /** The path goes on from that event. */
  goOn(path: string, from: number): void {
    this.#tails.set(path, from);
  }

  /** What was told so far is put in place of the own events; all paths go on from the event added then, whose id is answered. */
  resume(events: readonly ExecutionEvent[], now: number, type: string, details: EventDetails): number {
    this.events = [...events];
    this.now = now;
    const id = this.mark(type, details);
    for (const path of this.#tails.keys()) this.#tails.set(path, id);
    return id;
  }

  /** Nothing comes on the path any more. */
  close(path: string): void {
    this.#tails.delete(path);
  }

  /** Adds an event that the path goes on from. */
  add(path: string, type: string, details?: EventDetails): number {
    const id = this.note(path, type, details);
    this.#tails.set(path, id);
    return id;
  }

  /** Adds an event that stands beside the path. */
  note(path: string, type: string, details?: EventDetails): number {
    return this.#push(type, this.tail(path), details);
  }

  /** Adds an event of the execution as a whole. */
  mark(type: string, details?: EventDetails): number {
    return this.#push(type, 0, details);
  }

  #push(type: string, previousEventId: number, details: EventDetails | undefined): number {
    const id = this.events.length + 1;
    this.events.push({ id, previousEventId, timestamp: this.#now, type, ...(details && { details }) });
    return id;
  }
}
