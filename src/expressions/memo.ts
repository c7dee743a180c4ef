/** Texts longer than this are rarely met again. */
const LONGEST = 1_024;
const MOST = 4_096;

/** Keeps what was made of texts: a definition repeats many, and is compiled again with every version. Bounded. */
export class Memo<T> {
  readonly #made = new Map<string, T>();

  /** What was made of the text before, or is made now. What `make` throws is not kept. */
  of(text: string, make: (text: string) => T): T {
    const known = this.#made.get(text);
    if (known !== undefined) return known;
    const made = make(text);
    if (text.length > LONGEST) return made;
    if (this.#made.size >= MOST) this.#made.clear();
    this.#made.set(text, made);
    return made;
  }
}
