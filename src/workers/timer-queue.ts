/** Times in order with exact cancellation: a binary heap, and the time that counts for each key. */
export class TimerQueue {
  readonly #heap: { readonly key: string; readonly at: number }[] = [];
  readonly #times = new Map<string, number>();

  get size(): number {
    return this.#times.size;
  }
  /** The earliest time, or undefined when there is none. */
  get nextAt(): number | undefined {
    this.#dropStale();
    return this.#heap[0]?.at;
  }

  /** How many times have come at `now`; costs as much as there are. */
  dueAt(now: number): number {
    let due = 0;
    const places = [0];
    for (let place = places.pop(); place !== undefined; place = places.pop()) {
      const entry = this.#heap[place];
      if (entry === undefined || entry.at > now) continue;
      if (this.#times.get(entry.key) === entry.at) due++;
      places.push(2 * place + 1, 2 * place + 2);
    }
    return due;
  }

  /** Setting a key again moves it. */
  set(key: string, at: number): void {
    if (this.#times.get(key) === at) return;
    this.#times.set(key, at);
    const heap = this.#heap;
    heap.push({ key, at });
    let child = heap.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (heap[parent]!.at <= heap[child]!.at) break;
      [heap[parent], heap[child]] = [heap[child]!, heap[parent]!];
      child = parent;
    }
    if (heap.length > 64 && heap.length > 4 * this.#times.size) this.#rebuild();
  }

  cancel(key: string): void {
    this.#times.delete(key);
  }

  /** Removes and answers the earliest key that is due at `now`. */
  takeDue(now: number): { readonly key: string; readonly at: number } | undefined {
    this.#dropStale();
    const first = this.#heap[0];
    if (first === undefined || first.at > now) return undefined;
    this.#pop();
    this.#times.delete(first.key);
    return first;
  }

  #dropStale(): void {
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (this.#times.get(first.key) === first.at) return;
      this.#pop();
    }
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    heap[0] = last;
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= heap.length) return;
      if (child + 1 < heap.length && heap[child + 1]!.at < heap[child]!.at) child++;
      if (heap[parent]!.at <= heap[child]!.at) return;
      [heap[parent], heap[child]] = [heap[child]!, heap[parent]!];
      parent = child;
    }
  }

  /** Keeps moved and cancelled entries from piling up. */
  #rebuild(): void {
    const live = [...this.#times].map(([key, at]) => ({ key, at })).toSorted((a, b) => a.at - b.at);
    this.#heap.length = 0;
    this.#heap.push(...live);
  }
}
