import { Redis } from 'ioredis';
import { BareCount } from './bare.ts';

const count = new BareCount();
const { address, log, name, total } = count.order;
const streams = log.split(',');
const redis = new Redis(`redis://${address}`);
for (const stream of streams) await redis.xgroup('CREATE', stream, name, '0');
const positions = streams.map(() => '>');
type Answer = [stream: string, entries: [id: string, fields: string[]][]][];
for (let seen = 0; seen < total; ) {
  const answer = (await redis.xreadgroup(
    'GROUP',
    name,
    'bare',
    'COUNT',
    1_000,
    'NOACK',
    'STREAMS',
    ...streams,
    ...positions,
  )) as Answer | null;
  for (const [, entries] of answer ?? []) {
    for (const [, fields] of entries) count.parse(fields[1]!);
    seen += entries.length;
  }
}
