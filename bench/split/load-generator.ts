import { Pool } from 'undici';
import { percentile } from '../measure.ts';
import { BATCH, type LoadOrder, type LoadResult } from './load-order.ts';

/** Asks a front end as fast as it answers, and sends what it measured. */
const order = JSON.parse(process.argv[2]!) as LoadOrder;
const pool = new Pool(order.address, { connections: order.concurrency, pipelining: 1 });
let made = 0;
const workflow = () => order.workflows[made % order.workflows.length]!;

const event = () => ({
  specversion: '1.0',
  id: `${process.pid}-${made++}`,
  source: '/factory/hall-3/line',
  type: 'com.example.part.done',
  subject: `line.${made % 50}`,
  time: '2026-11-21T12:00:00Z',
  datacontenttype: 'application/json',
  workflow: workflow(),
  run: 'standing',
  data: {
    ok: true,
    part: `part-${made}`,
    station: 'press-07',
    temperature: 71.25,
    operator: 'night shift',
    batch: 4711,
  },
});

const requests = {
  event: () => ({ path: '/v1/events', type: 'application/cloudevents+json', body: event() }),
  batch: () => ({
    path: '/v1/events',
    type: 'application/cloudevents-batch+json',
    body: Array.from({ length: BATCH }, event),
  }),
  run: () => ({
    path: `/v1/workflows/${workflow()}/runs?wait=30s`,
    type: 'application/json',
    body: { id: `r-${process.pid}-${made++}`, input: null },
  }),
};

async function once(): Promise<void> {
  const { path, type, body } = requests[order.kind]();
  const { statusCode, body: answer } = await pool.request({
    path,
    method: 'POST',
    headers: { 'content-type': type },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  const well =
    order.kind === 'run'
      ? statusCode < 300 && (JSON.parse(text) as { status?: string }).status === 'SUCCEEDED'
      : statusCode === 202;
  if (!well) throw new Error(`the front end answered ${statusCode}: ${text.slice(0, 500)}`);
}

const began = performance.now();
const countFrom = began + order.warmUpSeconds * 1_000;
const end = countFrom + order.seconds * 1_000;
const latencies: number[] = [];

async function client(): Promise<void> {
  for (;;) {
    const from = performance.now();
    if (from >= end) return;
    await once();
    const to = performance.now();
    if (from >= countFrom && to <= end) latencies.push(to - from);
  }
}

await Promise.all(Array.from({ length: order.concurrency }, client));
const result: LoadResult = {
  perSecond: latencies.length / order.seconds,
  p50: percentile(latencies, 0.5),
  p99: percentile(latencies, 0.99),
};
process.send?.(result);
await pool.close();
