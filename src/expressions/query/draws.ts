import { createHash } from 'node:crypto';
import { entryOf } from '../../model/token.ts';
import type { QueryEnvironment } from './environment.ts';

/**
 * Numbers in [0, 1) that look random, the same whenever a step is repeated and others for every entry of a state, item and
 * field. From 128 bits, so that the UUIDs made of them stay apart as random ones do.
 */
export function drawsFor(environment: QueryEnvironment, field: string): () => number {
  const digest = createHash('sha256').update(seedOf(environment, field)).digest();
  return generator(
    digest.readInt32LE(0),
    digest.readInt32LE(4),
    digest.readInt32LE(8),
    digest.readInt32LE(12),
  );
}

function seedOf({ event, run, state, index }: QueryEnvironment, field: string): string {
  const entry = event?.token === undefined ? event?.id : entryOf(event.token);
  const { workflow, id, startedAt } = run;
  return JSON.stringify([
    workflow,
    id,
    startedAt,
    event?.scope,
    state?.name,
    event?.type,
    entry,
    index,
    field,
  ]);
}

/** The generator sfc32: three words that are stirred, and a counter. */
function generator(first: number, second: number, third: number, from: number): () => number {
  let [a, b, c, counter] = [first, second, third, from];
  return () => {
    const drawn = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + drawn) | 0;
    return (drawn >>> 0) / 2 ** 32;
  };
}
