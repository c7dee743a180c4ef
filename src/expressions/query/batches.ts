import { Failure } from '../../model/failure.ts';

export interface BatchBounds {
  readonly maxItems: number;
  /** Of a whole batch as JSON, its input included. */
  readonly maxBytes: number;
  readonly input?: unknown;
}

/** `{BatchInput?, Items}` objects, as full as the bounds let them be. Throws Failure where one item alone is too large. */
export function batches(items: readonly unknown[], bounds: BatchBounds): unknown[] {
  const { maxItems, maxBytes, input } = bounds;
  const shell = input === undefined ? {} : { BatchInput: input };
  const empty = bytesOf({ ...shell, Items: [] });
  const made: unknown[] = [];
  let open: unknown[] = [];
  let bytes = empty;
  for (const item of items) {
    const size = Number.isFinite(maxBytes) ? bytesOf(item) + 1 : 0;
    if (open.length > 0 && (open.length >= maxItems || bytes + size > maxBytes)) {
      made.push({ ...shell, Items: open });
      open = [];
      bytes = empty;
    }
    if (empty + size > maxBytes) {
      throw new Failure(
        'States.Runtime',
        `An item of ${size} bytes does not fit into a batch of MaxInputBytesPerBatch ${maxBytes}.`,
      );
    }
    open.push(item);
    bytes += size;
  }
  if (open.length > 0) made.push({ ...shell, Items: open });
  return made;
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
