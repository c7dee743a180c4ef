/**
 * The 32-bit hashes of all run keys that may be stored, in memory: most look-ups are for runs that begin, and need not
 * search an index that grows with every run that ended. Eight to sixteen bytes a key; a hash that was added stays.
 */
export class HashFilter {
  #table = new Int32Array(1 << 14);
  #size = 0;
  /** 0 marks an empty slot, so the hash 0 is kept apart. */
  #hasZero = false;

  has(hash: number): boolean {
    if (hash === 0) return this.#hasZero;
    const mask = this.#table.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const found = this.#table[slot];
      if (found === hash) return true;
      if (found === 0) return false;
    }
  }

  add(hash: number): void {
    if (hash === 0) {
      this.#hasZero = true;
      return;
    }
    const mask = this.#table.length - 1;
    let slot = hash & mask;
    for (; this.#table[slot] !== 0; slot = (slot + 1) & mask) if (this.#table[slot] === hash) return;
    this.#table[slot] = hash;
    this.#size += 1;
    if (2 * this.#size > mask) this.#grow();
  }

  #grow(): void {
    const old = this.#table;
    this.#table = new Int32Array(2 * old.length);
    this.#size = 0;
    for (const hash of old) if (hash !== 0) this.add(hash);
  }
}
