import type { CloudEvent } from '../../src/model/cloud-event.ts';
import { partitionOf } from '../../src/model/partition.ts';
import { runKeyOf } from '../../src/model/run.ts';
import { type Installation, PARTITIONS, type WorkflowText } from './installation.ts';
import { type Loaded, preload } from './load.ts';

/** A run per order, begun by its first event, that waits for a second one: its context stays in the store. */
export const ORDERS: Readonly<Record<string, WorkflowText>> = {
  orders: {
    format: 'triggers',
    definition: {
      run: { correlate: 'event.data.order' },
      triggers: [
        {
          id: 'paid-and-packed',
          activationEvents: [{ type: 'com.example.order' }],
          condition: { type: 'counter', threshold: 2 },
          actions: [{ type: 'complete' }],
        },
      ],
    },
  },
};

/** One event for each of so many orders. */
export function loadOrders(installation: Installation, orders: number): Promise<Loaded> {
  const events: CloudEvent[][] = Array.from({ length: PARTITIONS }, () => []);
  for (let i = 0; i < orders; i++) {
    const run = `order-${i}`;
    events[partitionOf(runKeyOf('orders', run), PARTITIONS)]!.push({
      specversion: '1.0',
      id: `paid-${i}`,
      source: '/shop/till-4',
      type: 'com.example.order',
      subject: 'paid',
      time: '2026-11-21T12:00:00Z',
      datacontenttype: 'application/json',
      workflow: 'orders',
      run,
      data: { order: run, cents: 4_999, currency: 'EUR', customer: `customer-${i % 1_000}`, express: false },
    });
  }
  return preload(installation, (partition) => events[partition]!);
}
