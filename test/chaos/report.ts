import type { FaultRecord } from './faults.ts';
import type { ChaosOptions } from './options.ts';
import type { ChaosOutcome } from './outcome.ts';
import {
  type Gap,
  longestGaps,
  type Recovery,
  type RecoveryOfKind,
  recoveriesByKind,
  recoveriesOf,
} from './recovery.ts';

export interface ChaosReport {
  readonly log: string;
  readonly seed: number;
  readonly seconds: number;
  readonly servers: readonly string[];
  readonly held: boolean;
  readonly violations: readonly string[];
  /** Seconds from the end of load and faults until everything was at rest; undefined where it never came to that. */
  readonly restSeconds: number | undefined;
  readonly events: {
    readonly acknowledged: number;
    readonly unknown: number;
    readonly applied: number;
    readonly appliedPerSecond: number;
  };
  readonly runs: Readonly<Record<string, number>>;
  readonly deadLetters: Readonly<Record<string, number>>;
  readonly calls: { readonly all: number; readonly repeated: number; readonly unrecorded: number };
  readonly storeLosses: number;
  readonly takeovers: number;
  readonly recovery: readonly RecoveryOfKind[];
  readonly faults: readonly Recovery[];
  readonly longestGaps: readonly Gap[];
  /** How long the run itself, with functions and proxies in it, was held up at the most: gaps cannot be told more exactly. */
  readonly ownLagMs: number;
}

export function reportOf(
  options: ChaosOptions,
  servers: readonly string[],
  outcome: ChaosOutcome,
  { faults, lagMs }: { readonly faults: readonly FaultRecord[]; readonly lagMs: number },
  violations: readonly string[],
  restMs: number | undefined,
): ChaosReport {
  const { ledger, functionCalls, runs, deadLetters, storeLives, owners } = outcome;
  const applied = [...runs.values()].reduce(
    (sum, { history }) => sum + history.filter(({ kind }) => kind === 'event').length,
    0,
  );
  const effects = new Set(functionCalls.map(({ effect }) => effect));
  const completed = new Set(
    [...runs.values()].flatMap(({ history }) =>
      history.flatMap((entry) => (entry.kind === 'completion' ? [entry.completion.effect] : [])),
    ),
  );
  const acknowledged = ledger.sent.filter((sent) => sent.acknowledged).length;
  const recoveries = recoveriesOf(outcome, faults);
  return {
    log: options.log,
    seed: options.seed,
    seconds: options.loadMs / 1_000,
    servers,
    held: violations.length === 0,
    violations,
    restSeconds: restMs === undefined ? undefined : restMs / 1_000,
    events: {
      acknowledged,
      unknown: ledger.sent.length - acknowledged,
      applied,
      appliedPerSecond: Math.round(applied / (options.loadMs / 1_000)),
    },
    runs: tally([...runs.values()].map(({ key, state }) => `${key.split('/')[0]} ${state.status}`)),
    deadLetters: tally(deadLetters.map(({ reason }) => reason)),
    calls: {
      all: functionCalls.length,
      repeated: functionCalls.length - effects.size,
      unrecorded: [...effects].filter((effect) => !completed.has(effect)).length,
    },
    storeLosses: storeLives - 1,
    takeovers: new Set(owners.map(({ partition, token }) => `${partition} ${token}`)).size,
    recovery: recoveriesByKind(recoveries),
    faults: recoveries,
    longestGaps: longestGaps(outcome),
    ownLagMs: Math.round(lagMs),
  };
}

const MOST_LINES = 20;

/** For people. */
export function textOf(report: ChaosReport): string {
  const { log, seed, seconds, servers, events, calls, violations } = report;
  const lines = [
    `${log}, seed ${seed}, ${seconds} s, ${report.faults.length} faults over ${servers.join(' and ')}`,
    `events: ${events.acknowledged} acknowledged, ${events.unknown} without an answer; ${events.applied} applied, ${events.appliedPerSecond} a second`,
    `runs: ${shown(report.runs)}`,
    `dead letters: ${shown(report.deadLetters)}`,
    `calls: ${calls.all}, ${calls.repeated} of them repeated deliveries, ${calls.unrecorded} effects called without a recorded end`,
    `takeovers: ${report.takeovers}; the store lost its last moments ${report.storeLosses} times; at rest ${report.restSeconds ?? 'never'} s after the load`,
    `the run itself was held up for ${report.ownLagMs} ms at the most`,
    'longest time without an applied event in some partition, and from the mending to the next one (median, most; s):',
    ...report.recovery.map(
      ({ kind, times, gapMs, backMs }) =>
        `  ${kind.padEnd(15)} ${String(times).padStart(3)} x  gap ${inSeconds(gapMs)}  back ${inSeconds(backMs)}`,
    ),
  ];
  if (violations.length === 0) lines.push('all promises held');
  else {
    lines.push(`${violations.length} lines of broken promises:`);
    for (const line of violations.slice(0, MOST_LINES)) lines.push(`  ${line}`);
  }
  return lines.join('\n');
}

function inSeconds({ median, most }: { median: number; most: number }): string {
  return `${(median / 1_000).toFixed(1).padStart(5)} ${(most / 1_000).toFixed(1).padStart(5)}`;
}

function shown(counts: Readonly<Record<string, number>>): string {
  const list = Object.entries(counts).map(([name, count]) => `${name} ${count}`);
  return list.length === 0 ? 'none' : list.join(', ');
}

function tally(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names.toSorted()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
