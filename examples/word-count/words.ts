import { createHash } from 'node:crypto';

/** How often each word occurs. */
export type Counts = Readonly<Record<string, number>>;

/** Letters, with apostrophes and hyphens inside; case does not matter. */
export function countWords(text: string): Counts {
  const counts = new Map<string, number>();
  for (const [word] of text.toLowerCase().matchAll(/\p{L}+(?:['’-]\p{L}+)*/gu)) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}

export function mergeCounts(parts: readonly Counts[]): Counts {
  const merged = new Map<string, number>();
  for (const part of parts) {
    for (const [word, count] of Object.entries(part)) merged.set(word, (merged.get(word) ?? 0) + count);
  }
  return Object.fromEntries(merged);
}

/** What the workflow answers; `digest` stands for every single count. */
export interface Summary {
  readonly total: number;
  readonly distinct: number;
  readonly top: readonly (readonly [word: string, count: number])[];
  readonly digest: string;
}

export function summarize(counts: Counts): Summary {
  const ordered = Object.entries(counts).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return {
    total: ordered.reduce((sum, [, count]) => sum + count, 0),
    distinct: ordered.length,
    top: ordered.slice(0, 10),
    digest: createHash('sha256').update(JSON.stringify(ordered)).digest('hex'),
  };
}

/** A stretch of a file, in bytes. */
export interface Part {
  readonly path: string;
  readonly from: number;
  readonly to: number;
}

/** Parts of about `size` bytes that end at empty lines, so that no word is cut. */
export function split(path: string, content: Buffer, size: number): Part[] {
  const parts: Part[] = [];
  for (let from = 0; from < content.length; ) {
    const end = from + size >= content.length ? -1 : content.indexOf('\n\n', from + size);
    const to = end < 0 ? content.length : end + 2;
    parts.push({ path, from, to });
    from = to;
  }
  return parts;
}
