import { openEmbedded } from '../../src/logs/index.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { ended, head, keyIn, Writer } from '../conformance/batches.ts';

/**
 * Run as a process of its own, to be killed: appends and checkpoints as fast as it can and prints what was acknowledged,
 * one line each: `append N` (records 0 to N are in the log) and `checkpoint N`.
 */
const [dataDir = '', token = ''] = process.argv.slice(2);
const { log, store } = await openEmbedded({ dataDir, partitions: 2, limits: LIMITS, now: Date.now });
const writer = await Writer.acquire(store, 0, (await store.epochOf(0)) + 1, token);

const appends = async () => {
  for (;;) {
    const next = await log.head(0);
    const last = await log.append(
      0,
      Array.from({ length: 20 }, (_, i) => `"${next + i}"`),
    );
    process.stdout.write(`append ${last}\n`);
  }
};
/** Checkpoint N starts run N, moves run N-1 on and ends run N-2; big cells make folding begin soon. */
const checkpoints = async () => {
  for (;;) {
    const n = writer.number + 1;
    const cell = JSON.stringify({ n, filler: 'z'.repeat(8_000) });
    const runs = [
      {
        key: keyIn(0, 'w', n),
        head: head(keyIn(0, 'w', n)),
        cells: [
          ['e', `${n}`],
          ['c', cell],
        ] as const,
        history: [`"start ${n}"`],
        historyFrom: 1,
      },
      ...(n > 1 ? [{ key: keyIn(0, 'w', n - 1), cells: [['e', '"moved"']] as const }] : []),
      ...(n > 2 ? [{ ...ended(keyIn(0, 'w', n - 2)), history: ['"end"'], historyFrom: 2 }] : []),
    ];
    await writer.write(runs, { position: n, dedupe: Uint32Array.of(n, n) });
    process.stdout.write(`checkpoint ${n}\n`);
  }
};
await Promise.all([appends(), checkpoints()]);
