/** What happened, in order: always as a running hash, as lines only when somebody reads them. */
export class Trace {
  readonly lines: string[] | undefined;
  #a = 0x811c9dc5 | 0;
  #b = 0x9747b28c | 0;
  readonly #now: () => number;

  constructor(now: () => number, keep: boolean) {
    this.#now = now;
    this.lines = keep ? [] : undefined;
  }

  add(text: string): void {
    const line = `${this.#now()} ${text}`;
    let a = this.#a;
    let b = this.#b;
    for (let i = 0; i < line.length; i++) {
      const unit = line.charCodeAt(i);
      a = Math.imul(a ^ unit, 0x01000193);
      b = Math.imul(b ^ unit, 0x5bd1e995);
      b ^= b >>> 15;
    }
    this.#a = a;
    this.#b = b;
    this.lines?.push(line);
  }

  get hash(): string {
    return (this.#a >>> 0).toString(16).padStart(8, '0') + (this.#b >>> 0).toString(16).padStart(8, '0');
  }
}
