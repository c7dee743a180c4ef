/** What became of a member: one letter each, as stored. */
export const OUTCOMES = {
  success: 's',
  failed: 'f',
  skipped: 'k',
  upstreamFailed: 'u',
  setupSuccess: 'S',
} as const;
export type MemberOutcome = string;

export type MemberKey = string | number;

interface Member {
  readonly key: MemberKey;
  readonly outcome: MemberOutcome;
  readonly data?: unknown;
}

const NONE: Member[] = [];
/** Members that are looked through one by one: a join at rest stays small. */
const FEW = 8;

/** Members stored together; a full chunk is never written again. */
export const MEMBERS_PER_CHUNK = 128;

/**
 * The unique members a join has seen, each with an outcome and, where asked for, data. It only grows, so that a wide
 * join writes its last chunk and nothing else.
 */
export class Members {
  #order: Member[] = NONE;
  /** Made when there are too many to look through. */
  #byKey: Map<MemberKey, Member> | undefined;
  #counts: Map<MemberOutcome, number> | undefined;
  /** What the members' data takes as JSON. */
  bytes = 0;
  /** Chunks below this index are stored already. */
  firstDirtyChunk = 0;

  /** False when the member was there before: then nothing changes. */
  add(key: MemberKey, outcome: MemberOutcome, data?: unknown, bytes = 0): boolean {
    if (this.#find(key) !== undefined) return false;
    const member = data === undefined ? { key, outcome } : { key, outcome, data };
    this.firstDirtyChunk = Math.min(this.firstDirtyChunk, Math.floor(this.#order.length / MEMBERS_PER_CHUNK));
    this.bytes += bytes;
    if (this.#order.length < FEW) this.#order = this.#order.concat(member);
    else {
      this.#order.push(member);
      this.#index(member);
    }
    return true;
  }

  #find(key: MemberKey): Member | undefined {
    if (this.#byKey !== undefined) return this.#byKey.get(key);
    for (let i = 0; i < this.#order.length; i++) if (this.#order[i]!.key === key) return this.#order[i];
    return undefined;
  }

  #index(member: Member): void {
    if (this.#byKey === undefined || this.#counts === undefined) {
      this.#byKey = new Map(this.#order.map((each) => [each.key, each]));
      this.#counts = new Map();
      for (const { outcome } of this.#order) this.#counts.set(outcome, (this.#counts.get(outcome) ?? 0) + 1);
      return;
    }
    this.#byKey.set(member.key, member);
    this.#counts.set(member.outcome, (this.#counts.get(member.outcome) ?? 0) + 1);
  }

  has(key: MemberKey): boolean {
    return this.#find(key) !== undefined;
  }
  get size(): number {
    return this.#order.length;
  }
  count(outcome: MemberOutcome): number {
    if (this.#counts !== undefined) return this.#counts.get(outcome) ?? 0;
    let count = 0;
    for (let i = 0; i < this.#order.length; i++) if (this.#order[i]!.outcome === outcome) count++;
    return count;
  }
  keys(): MemberKey[] {
    return this.#order.map((member) => member.key);
  }
  outcomeOf(key: MemberKey): MemberOutcome | undefined {
    return this.#find(key)?.outcome;
  }

  /** The members of one outcome, in the order of their keys. */
  entriesOf(outcome: MemberOutcome): readonly { readonly key: MemberKey; readonly data?: unknown }[] {
    return this.#order
      .filter((member) => member.outcome === outcome)
      .toSorted((a, b) => compareKeys(a.key, b.key));
  }

  /** Each member's data: by index where all keys are numbers, else in the order given, else in the order of the keys. */
  results(order?: readonly MemberKey[]): unknown[] {
    if (order !== undefined) return order.map((key) => this.#find(key)?.data ?? null);
    return this.#order
      .toSorted((a, b) => compareKeys(a.key, b.key))
      .map((member) => (member.data === undefined ? null : member.data));
  }

  get chunkCount(): number {
    return Math.ceil(this.#order.length / MEMBERS_PER_CHUNK);
  }
  encodeChunk(index: number): string {
    const part = this.#order.slice(index * MEMBERS_PER_CHUNK, (index + 1) * MEMBERS_PER_CHUNK);
    return JSON.stringify(
      part.map((m) => (m.data === undefined ? [m.key, m.outcome] : [m.key, m.outcome, m.data])),
    );
  }
  /** Chunks must come in the order of their index. */
  decodeChunk(text: string): void {
    const part = JSON.parse(text) as [MemberKey, MemberOutcome, unknown?][];
    for (const [key, outcome, data] of part) this.add(key, outcome, data);
    if (part.some(([, , data]) => data !== undefined)) this.bytes += text.length;
    this.firstDirtyChunk = Math.floor(this.#order.length / MEMBERS_PER_CHUNK);
  }
}

function compareKeys(a: MemberKey, b: MemberKey): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const left = String(a);
  const right = String(b);
  return left < right ? -1 : left > right ? 1 : 0;
}
