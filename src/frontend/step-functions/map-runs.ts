import type { ExecutionEvent } from '../../compilers/asl/history/index.ts';
import { isDistributed, mapRunLabel, processorOf } from '../../compilers/asl/map-parts.ts';
import type { MapState, StateMachine, States } from '../../compilers/asl/model.ts';
import { EXECUTION_LABELS } from '../../model/execution-labels.ts';
import { isEnded, type RunDocument } from '../../model/run.ts';
import { parseStepFunctionsArn } from '../../model/step-functions-arns.ts';
import { statusOf } from './execution.ts';
import type { Service } from './service.ts';
import { labelOf } from './target.ts';

/** A Map Run as its execution's history tells of it. Times in milliseconds of the epoch. */
export interface MapRun {
  readonly arn: string;
  /** Label of the Distributed Map. */
  readonly label: string;
  /** The Map Run's own id, the end of its ARN. */
  readonly id: string;
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  readonly startedAt: number;
  readonly endedAt?: number;
  /** Children that it will have started. */
  readonly length: number;
  readonly redriveCount: number;
  /** Of the last redrive. */
  readonly redrivenAt?: number;
}

export interface MapRunCounts {
  readonly pending: number;
  readonly running: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly aborted: number;
  readonly total: number;
  readonly resultsWritten: number;
}

const PAGE = 1_000;
const ENDS = { MapRunSucceeded: 'SUCCEEDED', MapRunFailed: 'FAILED', MapRunAborted: 'ABORTED' } as const;

/** The Map Runs of an execution, newest first. */
export async function mapRunsOf(service: Service, run: RunDocument): Promise<readonly MapRun[]> {
  const workflow = await service.gateway.getWorkflow(run.workflow, run.version);
  const { roleArn } = (await service.machines.of(workflow)).record;
  const events = await service.histories.of({
    run,
    workflow,
    roleArn: run.labels[EXECUTION_LABELS.role] ?? roleArn,
  });
  return events
    .filter(({ type }) => type === 'MapRunStarted')
    .flatMap((start) => mapRunOf(start, events, run) ?? [])
    .reverse();
}

function mapRunOf(
  start: ExecutionEvent,
  events: readonly ExecutionEvent[],
  run: RunDocument,
): MapRun | undefined {
  const text = String(start.details?.['mapRunArn']);
  const arn = parseStepFunctionsArn(text);
  if (arn?.kind !== 'mapRun') return undefined;
  const redrives = events.filter(
    ({ type, details }) => type === 'MapRunRedriven' && details?.['mapRunArn'] === text,
  );
  const redriven = redrives.at(-1);
  const begin = redriven ?? start;
  const end = events.find(({ type, previousEventId }) => type in ENDS && previousEventId === begin.id);
  // What led to it says how many there are.
  const before = events.find(({ id }) => id === start.previousEventId);
  const ended = isEnded(run.status);
  const endedAt =
    end?.timestamp ?? (ended && run.endedAt !== undefined ? Date.parse(run.endedAt) : undefined);
  return {
    arn: text,
    label: arn.label,
    id: arn.mapRun,
    status: end ? ENDS[end.type as keyof typeof ENDS] : ended ? 'ABORTED' : 'RUNNING',
    startedAt: start.timestamp,
    ...(endedAt !== undefined && { endedAt }),
    length: before?.details?.length ?? 0,
    redriveCount: redrives.length,
    ...(redriven && { redrivenAt: redriven.timestamp }),
  };
}

/** Id of the run that a Map Run is of. */
export function runOfMapRun(id: string): string {
  return id.slice(0, id.lastIndexOf('-'));
}

/** Its children, and the items that they have as inputs. */
export async function countsOf(
  { gateway }: Service,
  run: RunDocument,
  mapRun: MapRun,
): Promise<{ executions: MapRunCounts; items: MapRunCounts }> {
  const state = await distributedMap(gateway, run, mapRun.label);
  const executions = new Tally();
  const items = new Tally();
  // The newest come first: of an item that was begun anew by a redrive, the last child counts.
  const counted = new Set<string>();
  let cursor: string | undefined;
  do {
    const label = [EXECUTION_LABELS.mapRun, `${mapRun.label}:${mapRun.id}`] as const;
    const asked = { limit: PAGE, ...(cursor !== undefined && { cursor }) };
    const page = await gateway.listRuns({ workflow: run.workflow, label }, asked);
    for (const child of page.items) {
      const item = child.labels[EXECUTION_LABELS.mapItem] ?? child.id;
      if (counted.has(item)) continue;
      counted.add(item);
      const status = COUNTED[statusOf(child)];
      executions.add(status, 1);
      items.add(status, state?.ItemBatcher === undefined ? 1 : batchOf(child.input));
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  const written = state?.ResultWriter?.Resource !== undefined && mapRun.status === 'SUCCEEDED';
  return { executions: executions.counts(mapRun.length, written), items: items.counts(0, written) };
}

type Counted = Exclude<keyof MapRunCounts, 'pending' | 'total' | 'resultsWritten'>;
const COUNTED = {
  RUNNING: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timedOut',
  ABORTED: 'aborted',
  PENDING_REDRIVE: 'running',
} as const satisfies Record<string, Counted>;

class Tally {
  readonly #counts = { running: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0 };

  add(status: Counted, count: number): void {
    this.#counts[status] += count;
  }
  counts(length: number, written: boolean): MapRunCounts {
    const started = Object.values(this.#counts).reduce((sum, count) => sum + count, 0);
    const total = Math.max(length, started);
    const resultsWritten = written ? started : 0;
    return { pending: total - started, ...this.#counts, total, resultsWritten };
  }
}

/** Counts the items that children of a Map Run have as inputs; `child` is one of them. */
export async function itemCounter(
  { gateway }: Service,
  child: RunDocument | undefined,
): Promise<(run: RunDocument) => number> {
  const label = child && labelOf(child);
  const state = label === undefined ? undefined : await distributedMap(gateway, child!, label);
  return ({ input }) => (state?.ItemBatcher === undefined ? 1 : batchOf(input));
}

function batchOf(input: unknown): number {
  const items = (input as { readonly Items?: unknown } | null)?.Items;
  return Array.isArray(items) ? items.length : 1;
}

/** The Map state of a label, in the version that the run has. */
export async function distributedMap(
  gateway: Service['gateway'],
  run: RunDocument,
  label: string,
): Promise<MapState | undefined> {
  const { definition } = await gateway.getWorkflow(run.workflow, run.version);
  return within(definition as StateMachine, label);
}

function within({ States }: States, label: string): MapState | undefined {
  for (const [name, state] of Object.entries(States)) {
    if (state.Type === 'Map' && isDistributed(state) && mapRunLabel(state, name) === label) return state;
    const inner =
      state.Type === 'Map' ? [processorOf(state)] : state.Type === 'Parallel' ? state.Branches : [];
    for (const states of inner) {
      const found = within(states, label);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
