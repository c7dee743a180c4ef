/** Entries beyond which a hash table is worth its memory. */
const FEW = 8;

/**
 * A map by text that is small while it holds little: up to eight entries lie in one exact array. Keeps the order of
 * insertion. For the many maps of runs at rest.
 */
export class SmallMap<V> {
  /** key, value, key, value, ... */
  #few: readonly unknown[] = EMPTY;
  #many: Map<string, V> | undefined;

  get size(): number {
    return this.#many?.size ?? this.#few.length / 2;
  }

  get(key: string): V | undefined {
    if (this.#many !== undefined) return this.#many.get(key);
    const few = this.#few;
    for (let i = 0; i < few.length; i += 2) if (few[i] === key) return few[i + 1] as V;
    return undefined;
  }

  set(key: string, value: V): void {
    if (this.#many !== undefined) {
      this.#many.set(key, value);
      return;
    }
    const few = this.#few;
    const at = few.indexOf(key);
    if (at >= 0 && at % 2 === 0) this.#few = few.with(at + 1, value);
    else if (few.length < 2 * FEW) this.#few = few.concat([key, value]);
    else {
      this.#many = new Map(this.entries());
      this.#many.set(key, value);
      this.#few = EMPTY;
    }
  }

  delete(key: string): void {
    if (this.#many !== undefined) {
      this.#many.delete(key);
      return;
    }
    this.#few = [...this.entries()].filter(([each]) => each !== key).flat();
  }

  *entries(): Generator<[string, V]> {
    if (this.#many !== undefined) yield* this.#many;
    else for (let i = 0; i < this.#few.length; i += 2) yield [this.#few[i] as string, this.#few[i + 1] as V];
  }
  *values(): Generator<V> {
    for (const [, value] of this.entries()) yield value;
  }
}

const EMPTY: readonly unknown[] = [];
