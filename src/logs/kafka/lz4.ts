const FRAME_MAGIC = 0x184d2204;

/** One LZ4 frame (https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md). Checksums are not verified. */
export function lz4Frame(bytes: Buffer, maxBytes: number): Buffer {
  if (bytes.readUInt32LE(0) !== FRAME_MAGIC) throw new RangeError('lz4: no frame');
  const flags = bytes.readUInt8(4);
  const blockChecksums = (flags & 0x10) !== 0;
  const blockBytes = 1 << (8 + 2 * ((bytes.readUInt8(5) >>> 4) & 7));
  const contentSize = (flags & 0x08) !== 0 ? 8 : 0;
  const dictionary = (flags & 0x01) !== 0 ? 4 : 0;
  let at = 4 + 2 + contentSize + dictionary + 1;
  let out = Buffer.allocUnsafe(Math.min(maxBytes, blockBytes));
  let to = 0;
  for (;;) {
    const word = bytes.readUInt32LE(at);
    at += 4;
    if (word === 0) return out.subarray(0, to);
    const length = word & 0x7fffffff;
    const plain = word > 0x7fffffff;
    if (to + blockBytes > out.length) {
      if (to >= maxBytes) throw new RangeError(`lz4: more than ${maxBytes} bytes`);
      out = Buffer.concat([out.subarray(0, to)], Math.max(out.length * 2, to + blockBytes));
    }
    if (at + length > bytes.length) throw new RangeError('lz4: a block is cut off');
    if (plain) {
      bytes.copy(out, to, at, at + length);
      to += length;
    } else {
      to = lz4Block(bytes, at, at + length, out, to);
    }
    at += length + (blockChecksums ? 4 : 0);
  }
}

/** Decodes one block behind `start` of `out`, which earlier blocks of the frame stand in; answers where it ends. */
function lz4Block(bytes: Buffer, from: number, end: number, out: Buffer, start: number): number {
  let at = from;
  let to = start;
  while (at < end) {
    const token = bytes[at++]!;
    let run = token >>> 4;
    if (run === 15) for (let more = 255; more === 255; run += more) more = bytes.readUInt8(at++);
    if (at + run > end || to + run > out.length) throw new RangeError('lz4: literals are cut off');
    bytes.copy(out, to, at, at + run);
    at += run;
    to += run;
    if (at >= end) break;
    const back = bytes.readUInt16LE(at);
    at += 2;
    let match = token & 15;
    if (match === 15) for (let more = 255; more === 255; match += more) more = bytes.readUInt8(at++);
    match += 4;
    if (back === 0 || back > to || to + match > out.length) throw new RangeError('lz4: a match from nowhere');
    for (const stop = to + match; to < stop; to += 1) out[to] = out[to - back]!;
  }
  return to;
}
