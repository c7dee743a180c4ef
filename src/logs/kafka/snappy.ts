/** What snappy-java, and with it Kafka's own clients, put before a stream of blocks. */
const STREAM_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const STREAM_HEADER = 16;

/** Snappy as Kafka's clients write it: a stream of length-prefixed blocks, or one bare block. */
export function snappyStream(bytes: Buffer, maxBytes: number): Buffer {
  if (!bytes.subarray(0, 8).equals(STREAM_MAGIC)) return snappyBlock(bytes, maxBytes);
  const blocks: Buffer[] = [];
  let left = maxBytes;
  for (let at = STREAM_HEADER; at < bytes.length; ) {
    const end = at + 4 + bytes.readInt32BE(at);
    const block = snappyBlock(bytes.subarray(at + 4, end), left);
    blocks.push(block);
    left -= block.length;
    at = end;
  }
  return Buffer.concat(blocks);
}

/** One block (https://github.com/google/snappy/blob/main/format_description.txt). */
function snappyBlock(bytes: Buffer, maxBytes: number): Buffer {
  let at = 0;
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++]!;
    length += (byte & 0x7f) * 2 ** shift;
    if (!(byte > 0x7f)) break;
  }
  if (!(length <= maxBytes)) throw new RangeError(`snappy: ${length} bytes in a block`);
  const out = Buffer.allocUnsafe(length);
  let to = 0;
  while (at < bytes.length) {
    const tag = bytes[at++]!;
    if ((tag & 3) === 0) {
      let run = (tag >>> 2) + 1;
      if (run > 60) {
        const width = run - 60;
        run = bytes.readUIntLE(at, width) + 1;
        at += width;
      }
      if (at + run > bytes.length || to + run > length) throw new RangeError('snappy: a literal is cut off');
      bytes.copy(out, to, at, at + run);
      at += run;
      to += run;
    } else {
      const [run, back, width] = copyOf(bytes, tag, at);
      at += width;
      if (!(back > 0 && back <= to && to + run <= length))
        throw new RangeError('snappy: a copy from nowhere');
      for (const end = to + run; to < end; to += 1) out[to] = out[to - back]!;
    }
  }
  if (to !== length) throw new RangeError('snappy: a block is cut off');
  return out;
}

function copyOf(bytes: Buffer, tag: number, at: number): [run: number, back: number, width: number] {
  switch (tag & 3) {
    case 1:
      return [((tag >>> 2) & 7) + 4, ((tag >>> 5) << 8) | bytes.readUInt8(at), 1];
    case 2:
      return [(tag >>> 2) + 1, bytes.readUInt16LE(at), 2];
    default:
      return [(tag >>> 2) + 1, bytes.readUInt32LE(at), 4];
  }
}
