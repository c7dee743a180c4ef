import { describe, expect, it } from 'vitest';
import { isWanted } from '../servers/index.ts';
import { runChaos } from './chaos.ts';
import { LOG_KINDS } from './options.ts';
import { textOf } from './report.ts';

const LOAD_MS = 20_000;
const LIMIT_MS = 180_000;
const SEED = 20;

describe.each(LOG_KINDS)('over %s and Redis', async (log) => {
  const wanted = (await isWanted('redis')) && (log === 'redis' || (await isWanted(log)));
  it.runIf(wanted)(
    `every promise holds through ${LOAD_MS / 1_000} s of faults`,
    async () => {
      const report = await runChaos({
        log,
        loadMs: LOAD_MS,
        seed: SEED,
        workers: 3,
        frontends: 1,
        storeLoss: log !== 'redis',
        faults: true,
        tell: () => {},
      });
      expect(report.violations, textOf(report)).toEqual([]);
      expect(report.faults).not.toEqual([]);
    },
    LIMIT_MS,
  );
});
