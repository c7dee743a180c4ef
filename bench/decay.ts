import { completedPerSecond, withEmbedded } from './embedded.ts';
import { median, type Row } from './measure.ts';

const FINISHED = 300_000;
const PROBE = 10_000;
/** Enough that the store writes rows as it will for ever: the first megabytes of its journal cost less than what follows. */
const WARM_UP = 60_000;

/** (7) Short runs a second on a fresh store, and on the same store once 300,000 have finished. */
export async function decayRow(): Promise<Row[]> {
  return await withEmbedded(async ({ engine }) => {
    await engine.gateway.putWorkflow('pass', {
      format: 'triggers',
      definition: {
        history: false,
        triggers: [
          {
            id: 'end',
            activationEvents: [{ type: 'dev.tidegate.run.started' }],
            condition: { type: 'always' },
            actions: [{ type: 'complete', output: '${ input }' }],
          },
        ],
      },
    });
    let started = 0;
    const probe = async () => {
      const rates: number[] = [];
      for (let i = 0; i < 5; i++) {
        rates.push(await completedPerSecond(engine, 'pass', PROBE, `p${started}`));
        started += PROBE;
      }
      return median(rates);
    };
    await completedPerSecond(engine, 'pass', WARM_UP, 'warm-up');
    const fresh = await probe();
    while (started < FINISHED) {
      await completedPerSecond(engine, 'pass', 50_000, `f${started}`);
      started += 50_000;
    }
    const after = await probe();
    return [
      {
        name: 'embedded.decay',
        value: Math.round(after),
        unit: 'runs/s',
        baseline: Math.round(fresh),
        ratio: after / fresh,
      },
    ];
  });
}
