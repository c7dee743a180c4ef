import type { Random } from '../world/random.ts';
import { adopting } from './adopting.ts';
import { asynchronous } from './asynchronous.ts';
import { changing } from './changing.ts';
import { dags } from './dags.ts';
import { forks } from './forks.ts';
import { poison } from './poison.ts';
import { redriven } from './redriven.ts';
import { subRuns } from './sub-runs.ts';
import { tallies } from './tallies.ts';
import { timed } from './timed.ts';
import { unaddressed } from './unaddressed.ts';
import type { Workload, WorkloadMaker } from './workload.ts';

export const WORKLOADS: readonly WorkloadMaker[] = [
  tallies,
  tallies,
  forks,
  dags,
  subRuns,
  timed,
  changing,
  unaddressed,
  asynchronous,
  poison,
  redriven,
  adopting,
];

/** One to three workloads that share the cluster, each with workflows of its own. */
export function drawWorkloads(random: Random): Workload[] {
  return Array.from({ length: random.int(1, 3) }, (_, i) => random.pick(WORKLOADS)(random.fork(), `w${i}`));
}
