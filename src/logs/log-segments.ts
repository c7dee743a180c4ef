/** A stretch of one partition's records. It leaves as a whole, when its last record may go. */
export interface Segment {
  /** Offset of its first record. */
  readonly first: number;
  /** Time of its first record, in milliseconds of the epoch; so every record of the segment before it is older. */
  readonly at: number;
  /** Bytes of all records of the partition before it. */
  readonly bytes: number;
}

export interface LogRetention {
  /** Milliseconds that records are kept once the store is past them; default one hour. */
  readonly keepMs: number;
  /** Bytes of records kept over all partitions, beyond those the store is not past; default 1 GiB. */
  readonly keepBytes: number;
}

/** At most so many bytes in a segment; fewer where retention is so short that segments of this size would outlive it. */
const SEGMENT_BYTES = 1024 * 1024;
const SEGMENTS_PER_RETENTION = 16;

export function beginsSegment(
  last: Segment | undefined,
  bytes: number,
  now: number,
  keep: LogRetention,
): boolean {
  return (
    last === undefined ||
    bytes - last.bytes >= Math.min(SEGMENT_BYTES, keep.keepBytes / SEGMENTS_PER_RETENTION) ||
    now - last.at >= keep.keepMs / SEGMENTS_PER_RETENTION
  );
}

/**
 * Whether the first of `segments` may go: the store is past it (`position`), and it is older than `keepMs` or the log
 * larger than `keepBytes`. The last segment stays, so that the offsets are never forgotten.
 */
export function mayGo(
  segments: readonly Segment[],
  position: number,
  totalBytes: number,
  now: number,
  keep: LogRetention,
): boolean {
  const next = segments[1];
  if (next === undefined || next.first > position) return false;
  return next.at <= now - keep.keepMs || totalBytes > keep.keepBytes;
}
