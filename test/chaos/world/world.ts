import type { Random } from '../../simulator/world/random.ts';
import type { ChaosOptions } from '../options.ts';
import type { Fleet } from './fleet.ts';
import type { Functions } from './functions.ts';
import type { Ground } from './ground.ts';

/** What faults may touch. */
export interface World {
  readonly options: ChaosOptions;
  readonly ground: Ground;
  readonly fleet: Fleet;
  readonly functions: Functions;
  /** The load has ended, and so must every fault. */
  readonly over: AbortSignal;
  /** Milliseconds of the epoch. */
  readonly began: number;
  /** Sends much at once; answers how much. */
  burst(random: Random): number;
}
