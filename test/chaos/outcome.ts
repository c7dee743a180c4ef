import { type HistoryEntry, loadRun } from '../../src/engine/index.ts';
import { LIMITS, type Limits } from '../../src/model/limits.ts';
import type { DeadLetter, RunHead, StateStore } from '../../src/stores/index.ts';
import { Definitions } from '../../src/workers/definitions.ts';
import type { FinalRun, Outcome } from '../simulator/outcome.ts';
import type { Ledger } from './ledger.ts';
import { EVENT_BYTES, HISTORY_ENTRIES } from './options.ts';
import type { FunctionCall } from './world/functions.ts';
import type { OwnerSample } from './world/owner-watch.ts';

/** All that the checkers look at; the simulator's checkers see their part of it. */
export interface ChaosOutcome extends Outcome {
  readonly ledger: Ledger;
  readonly functionCalls: readonly FunctionCall[];
  readonly owners: readonly OwnerSample[];
}

export interface Observed {
  readonly ledger: Ledger;
  readonly functionCalls: readonly FunctionCall[];
  readonly owners: readonly OwnerSample[];
  /** How often the store lost its last moments. */
  readonly losses: number;
  readonly noticed: readonly string[];
}

export const CHAOS_LIMITS: Limits = { ...LIMITS, eventBytes: EVENT_BYTES, historyEntries: HISTORY_ENTRIES };
const PAGE = 1_000;
const AT_ONCE = 50;

/** Reads all that the store holds. */
export async function readOutcome(store: StateStore, observed: Observed): Promise<ChaosOutcome> {
  const definitions = new Definitions(store, CHAOS_LIMITS);
  const heads = await allPages((page) => store.listRuns({}, page));
  const runs = new Map<string, FinalRun>();
  for (let at = 0; at < heads.length; at += AT_ONCE) {
    const read = heads.slice(at, at + AT_ONCE).map((head) => readRun(store, definitions, head));
    for (const run of await Promise.all(read)) if (run !== undefined) runs.set(run.key, run);
  }
  const deadLetters = await allPages((page) => store.deadLetters({}, page));
  return { ...fixed(observed), runs, deadLetters };
}

function fixed({ ledger, functionCalls, owners, losses, noticed }: Observed) {
  return {
    ledger,
    functionCalls,
    owners,
    noticed,
    acknowledged: ledger.sent.filter(({ acknowledged }) => acknowledged),
    calls: functionCalls.map(({ effect, method, path, body, at, life }) => ({
      ...partsOf(effect),
      effect,
      kind: 'http',
      request: `${method} ${path} ${body}`,
      at,
      stored: true,
      life,
    })),
    applied: [],
    effectsStored: new Set<string>(),
    storeLives: losses + 1,
    dedupeMarks: [],
    limits: CHAOS_LIMITS,
    faults: {},
  } satisfies Omit<ChaosOutcome, 'runs' | 'deadLetters'>;
}

/** No run, scope or trigger of the load has ":" in its name. */
function partsOf(effect: string): { run: string; trigger: string } {
  const [run = '', , trigger = ''] = effect.split(':');
  return { run, trigger };
}

async function readRun(
  store: StateStore,
  definitions: Definitions,
  { key, version }: RunHead,
): Promise<FinalRun | undefined> {
  const stored = await store.getRun(key);
  const workflow = await definitions.get(key.slice(0, key.indexOf('/')), version);
  if (stored === undefined || workflow === undefined) return undefined;
  const history: HistoryEntry[] = [];
  for (;;) {
    const rows = await store.history(key, history.length + 1, PAGE);
    for (const { value } of rows) history.push(JSON.parse(value) as HistoryEntry);
    if (rows.length < PAGE) break;
  }
  const state = loadRun(workflow, stored);
  return { key, head: stored.head, cells: new Map(stored.cells), history, workflow, state };
}

type PageOf<T> = { readonly items: readonly T[]; readonly cursor?: string };

export async function allPages<T extends RunHead | DeadLetter>(
  read: (page: { cursor?: string; limit: number }) => Promise<PageOf<T>>,
): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await read({ limit: PAGE, ...(cursor !== undefined && { cursor }) });
    all.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return all;
}
