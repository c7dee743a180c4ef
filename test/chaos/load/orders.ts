import { eventFor, httpCall, type Send, type WorkloadMaker } from './workload.ts';

const ORDERS_A_TURN = 2;
const SPREAD_MS = 3_000;
const AFTER_THE_END = ['EVENT_FOR_ENDED_RUN'];

/** A run per order: a join over its items, whose number is told by another event; some items come twice under two ids. */
export const orders: WorkloadMaker = ({ functions, ledger }) => {
  const definition = {
    run: { correlate: 'event.data.order' },
    history: true,
    triggers: [
      {
        id: 'packed',
        activationEvents: [{ type: 'item.packed' }, { type: 'order.placed' }],
        condition: {
          type: 'join',
          by: 'event.data.item',
          expectedFrom: { type: 'order.placed', value: 'size(event.data.items)' },
        },
        actions: [httpCall(functions, '/ship', { order: '${run.id}', items: '${context.count}' })],
      },
      {
        id: 'shipped',
        activationEvents: [{ type: 'dev.tidegate.task.succeeded', subject: 'packed' }],
        condition: { type: 'always' },
        actions: [{ type: 'complete', output: '${event.data.echo.items}' }],
      },
    ],
  };
  return {
    kind: 'orders',
    workflows: [{ name: 'orders', format: 'triggers', definition }],
    turn(random, turn) {
      return Array.from({ length: ORDERS_A_TURN }, (_, at): Send[] => {
        const order = `o${turn}-${at}`;
        const items = Array.from({ length: random.int(1, 8) }, (_, item) => `i${item}`);
        ledger.runs.set(`orders/${order}`, {
          key: `orders/${order}`,
          statuses: ['SUCCEEDED'],
          output: items.length,
        });
        const twice = random.chance(0.3);
        const sends: Send[] = [
          {
            afterMs: random.int(0, SPREAD_MS),
            event: eventFor('orders', undefined, `${order}-placed`, 'order.placed', {
              data: { order, items },
            }),
          },
          ...items.map((item) => ({
            afterMs: random.int(0, SPREAD_MS),
            event: eventFor('orders', undefined, `${order}-${item}`, 'item.packed', {
              data: { order, item },
            }),
            // It may be the second to come of the two for its item, after the order has gone out.
            ...(twice && item === 'i0' && { mayDie: AFTER_THE_END }),
          })),
        ];
        if (twice) {
          sends.push({
            afterMs: random.int(0, 2 * SPREAD_MS),
            event: eventFor('orders', undefined, `${order}-again`, 'item.packed', {
              data: { order, item: 'i0' },
            }),
            mayDie: AFTER_THE_END,
          });
        }
        return sends;
      }).flat();
    },
  };
};
