const TWO_32 = 2 ** 32;

/** An INT64 as a number: offsets and times stay below 2^53. */
export function int64At(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * TWO_32 + bytes.readUInt32BE(at + 4);
}

/** Reads the fields of a Kafka response (https://kafka.apache.org/protocol#protocol_types), big-endian. */
export class WireReader {
  readonly bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  int8(): number {
    this.at += 1;
    return this.bytes.readInt8(this.at - 1);
  }
  int16(): number {
    this.at += 2;
    return this.bytes.readInt16BE(this.at - 2);
  }
  int32(): number {
    this.at += 4;
    return this.bytes.readInt32BE(this.at - 4);
  }
  int64(): number {
    this.at += 8;
    return int64At(this.bytes, this.at - 8);
  }
  /** UNSIGNED_VARINT */
  unsigned(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.at++]!;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }
  string(): string | null {
    return this.#text(this.int16());
  }
  /** COMPACT_NULLABLE_STRING */
  compactString(): string | null {
    return this.#text(this.unsigned() - 1);
  }
  uuid(): string {
    this.at += 16;
    return this.bytes.toString('hex', this.at - 16, this.at);
  }
  /** As many bytes, none where there are fewer than none. */
  take(length: number): Buffer {
    const start = this.at;
    this.at += Math.max(length, 0);
    return this.bytes.subarray(start, this.at);
  }
  /** ARRAY */
  array<T>(element: () => T): T[] {
    return Array.from({ length: Math.max(this.int32(), 0) }, element);
  }
  /** COMPACT_ARRAY */
  compactArray<T>(element: () => T): T[] {
    return Array.from({ length: Math.max(this.unsigned() - 1, 0) }, element);
  }
  /** Tagged fields, none of which we know. */
  skipTags(): void {
    for (let left = this.unsigned(); left > 0; left -= 1) {
      this.unsigned();
      this.at += this.unsigned();
    }
  }

  #text(length: number): string | null {
    if (length < 0) return null;
    this.at += length;
    return this.bytes.toString('utf8', this.at - length, this.at);
  }
}
