/**
 * `(murmur2("workflow/run") & 0x7fffffff) mod partitions`, the same as Kafka's default partitioner over UTF-8 bytes,
 * so that a producer that keys its records by `workflow/run` reaches the owner at once.
 */
export function partitionOf(runKey: string, partitions: number): number {
  return partitions === 1 ? 0 : (murmur2(Buffer.from(runKey, 'utf8')) & 0x7fffffff) % partitions;
}

const M = 0x5bd1e995;

/** MurmurHash2 (32 bit) with Kafka's seed; signed result. */
export function murmur2(data: Uint8Array): number {
  const length = data.length;
  let h = 0x9747b28c ^ length;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    let k = data[i]! | (data[i + 1]! << 8) | (data[i + 2]! << 16) | (data[i + 3]! << 24);
    k = Math.imul(k, M);
    k ^= k >>> 24;
    k = Math.imul(k, M);
    h = Math.imul(h, M) ^ k;
  }
  const left = length - i;
  if (left === 3) h ^= data[i + 2]! << 16;
  if (left >= 2) h ^= data[i + 1]! << 8;
  if (left >= 1) {
    h ^= data[i]!;
    h = Math.imul(h, M);
  }
  h ^= h >>> 13;
  h = Math.imul(h, M);
  h ^= h >>> 15;
  return h | 0;
}
