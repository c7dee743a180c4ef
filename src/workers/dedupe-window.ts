/** Two 32-bit hashes of one event's (workflow, run, source, id). Written into, to spare an object per event. */
export interface EventHash {
  a: number;
  b: number;
}

/** Hashes the key of a run; the start for the hashes of its events. */
export function hashText(text: string, from: EventHash, into: EventHash): void {
  let a = from.a;
  let b = from.b;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ unit, 0x5bd1e995);
    b ^= b >>> 15;
  }
  // A boundary, so that ("ab","c") and ("a","bc") differ.
  into.a = Math.imul(a ^ 0x10001, 0x01000193);
  into.b = Math.imul(b ^ 0x10001, 0x5bd1e995);
}

export const HASH_SEED: Readonly<EventHash> = { a: 0x811c9dc5 | 0, b: 0x9747b28c | 0 };

/** An open-addressing set of hash pairs. */
class PairSet {
  #table: Int32Array = new Int32Array(2 * 4096);
  #mask = 4095;
  size = 0;

  has(a: number, b: number): boolean {
    const table = this.#table;
    for (let slot = (a ^ (b >>> 7)) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const left = table[2 * slot]!;
      const right = table[2 * slot + 1]!;
      if (left === 0 && right === 0) return false;
      if (left === a && right === b) return true;
    }
  }

  /** False when it was there. */
  add(a: number, b: number): boolean {
    const table = this.#table;
    let slot = (a ^ (b >>> 7)) & this.#mask;
    for (; ; slot = (slot + 1) & this.#mask) {
      const left = table[2 * slot]!;
      const right = table[2 * slot + 1]!;
      if (left === 0 && right === 0) break;
      if (left === a && right === b) return false;
    }
    table[2 * slot] = a;
    table[2 * slot + 1] = b;
    this.size++;
    if (2 * this.size > this.#mask) this.#grow();
    return true;
  }

  #grow(): void {
    const old = this.#table;
    this.#mask = 2 * this.#mask + 1;
    this.#table = new Int32Array(2 * (this.#mask + 1));
    this.size = 0;
    for (let i = 0; i < old.length; i += 2)
      if (old[i] !== 0 || old[i + 1] !== 0) this.add(old[i]!, old[i + 1]!);
  }
}

/**
 * The events a partition remembers to have applied: at least half of `marks`, at most all of them. Two generations of
 * sets; when the younger is full the older is forgotten, and its stored blocks with it.
 */
export class DedupeWindow {
  readonly #perGeneration: number;
  #older = new PairSet();
  #younger = new PairSet();
  #olderBlocks = 0;
  #youngerBlocks = 0;
  #fresh: number[] = [];

  constructor(marks: number) {
    this.#perGeneration = Math.max(1, Math.floor(marks / 2));
  }

  /** False when the event is known: it changes nothing. */
  add({ a, b }: EventHash): boolean {
    if (a === 0 && b === 0) a = 1;
    if (this.#older.has(a, b) || !this.#younger.add(a, b)) return false;
    this.#fresh.push(a, b);
    return true;
  }

  /** The marks since the last call as a block to store, and how many of the oldest blocks may go. */
  takeBlock(): { block: Uint32Array; dropped: number } {
    const block = Uint32Array.from(this.#fresh);
    this.#fresh = [];
    return { block, dropped: block.length > 0 ? this.#noteBlock() : 0 };
  }

  /** Puts a stored block back, oldest first. */
  load(block: Uint32Array): void {
    for (let i = 0; i < block.length; i += 2) this.#younger.add(block[i]! | 0, block[i + 1]! | 0);
    this.#noteBlock();
  }

  #noteBlock(): number {
    this.#youngerBlocks++;
    if (this.#younger.size < this.#perGeneration) return 0;
    const dropped = this.#olderBlocks;
    this.#older = this.#younger;
    this.#olderBlocks = this.#youngerBlocks;
    this.#younger = new PairSet();
    this.#youngerBlocks = 0;
    return dropped;
  }
}
