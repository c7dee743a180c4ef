import { dags } from './dags.ts';
import { early } from './early.ts';
import { families } from './families.ts';
import { orders } from './orders.ts';
import { poison } from './poison.ts';
import { tallies } from './tallies.ts';
import type { WorkloadMaker } from './workload.ts';

export { type Deed, type LoadSurroundings, type Send, TURN_MS, type Workload } from './workload.ts';

/** All kinds of work that a chaos run mixes. */
export const WORKLOADS: readonly WorkloadMaker[] = [tallies, orders, dags, families, early, poison];
