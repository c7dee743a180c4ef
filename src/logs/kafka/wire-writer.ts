/** Writes the fields of a Kafka request (https://kafka.apache.org/protocol#protocol_types), big-endian. */
export class WireWriter {
  #buffer: Buffer;
  #at = 0;

  constructor(size = 256) {
    this.#buffer = Buffer.allocUnsafe(size);
  }

  int8(value: number): this {
    this.#at = this.#room(1).writeInt8(value, this.#at);
    return this;
  }
  int16(value: number): this {
    this.#at = this.#room(2).writeInt16BE(value, this.#at);
    return this;
  }
  int32(value: number): this {
    this.#at = this.#room(4).writeInt32BE(value, this.#at);
    return this;
  }
  /** Of a safe integer. */
  int64(value: number): this {
    this.#at = this.#room(8).writeBigInt64BE(BigInt(value), this.#at);
    return this;
  }
  /** UNSIGNED_VARINT */
  unsigned(value: number): this {
    let left = value;
    for (; left > 0x7f; left >>>= 7) this.#byte((left & 0x7f) | 0x80);
    return this.#byte(left);
  }
  string(value: string | null): this {
    if (value === null) return this.int16(-1);
    return this.int16(Buffer.byteLength(value)).#text(value);
  }
  /** COMPACT_STRING */
  compactString(value: string): this {
    return this.unsigned(Buffer.byteLength(value) + 1).#text(value);
  }
  /** Of a COMPACT_ARRAY, whose elements follow. */
  arrayLength(length: number): this {
    return this.unsigned(length + 1);
  }
  /** The tagged fields of flexible versions, none. */
  noTags(): this {
    return this.unsigned(0);
  }
  raw(bytes: Uint8Array): this {
    this.#room(bytes.length).set(bytes, this.#at);
    this.#at += bytes.length;
    return this;
  }

  /** What was written; later writes may change it. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#at);
  }

  #byte(value: number): this {
    this.#at = this.#room(1).writeUInt8(value, this.#at);
    return this;
  }
  #text(value: string): this {
    this.#at += this.#room(value.length * 3).write(value, this.#at, 'utf8');
    return this;
  }
  #room(size: number): Buffer {
    if (this.#at + size > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#at + size));
      this.#buffer.copy(larger, 0, 0, this.#at);
      this.#buffer = larger;
    }
    return this.#buffer;
  }
}
