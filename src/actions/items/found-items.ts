import type { S3Place } from './s3-objects.ts';

/** Items that were read, and where from. */
export class FoundItems {
  readonly items: unknown[] = [];
  /** In the order of the items; `until` is the index after the last of a source. */
  readonly readFrom: { readonly source: string; readonly until: number }[] = [];
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** How many more are wanted. */
  get room(): number {
    return this.#most - this.items.length;
  }

  /** Without a key they are of a listing of the bucket. */
  add({ Bucket, Key }: Partial<S3Place>, items: readonly unknown[]): void {
    if (items.length === 0) return;
    for (const item of items) this.items.push(item);
    const source = Key === undefined ? `S3://${Bucket}` : `S3://${Bucket}/${Key}`;
    this.readFrom.push({ source, until: this.items.length });
  }
}
