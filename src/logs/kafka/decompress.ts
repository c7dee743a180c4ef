import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { lz4Frame } from './lz4.ts';
import { snappyStream } from './snappy.ts';

/** Bytes that one record batch may have when it is decompressed: small batches must not fill the memory. */
export const MAX_DECOMPRESSED_BYTES = 268_435_456;

/** The records of a compressed batch; `codec` as in the lowest three bits of its attributes. Throws what it cannot read. */
export function decompress(codec: number, bytes: Buffer): Buffer {
  const options = { maxOutputLength: MAX_DECOMPRESSED_BYTES };
  switch (codec) {
    case 1:
      return gunzipSync(bytes, options);
    case 2:
      return snappyStream(bytes, MAX_DECOMPRESSED_BYTES);
    case 3:
      return lz4Frame(bytes, MAX_DECOMPRESSED_BYTES);
    case 4:
      return zstdDecompressSync(bytes, options);
    default:
      throw new RangeError(`compression ${codec} is unknown`);
  }
}
