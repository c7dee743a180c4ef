import { isEnded, type RunDocument, runKeyOf } from '../../model/run.ts';
import type { Service } from './service.ts';
import { labelOf } from './target.ts';

/** How often an execution was redriven, and when last (milliseconds of the epoch). */
export interface Redrive {
  readonly count: number;
  readonly at?: number;
  /** Client tokens of the redrives, with their times. */
  readonly tokens?: Readonly<Record<string, number>>;
}

const COLLECTION = 'step-functions-redrives';
const KEEP_MS = 90 * 86_400_000;

export async function redriveOf({ gateway }: Service, run: RunDocument): Promise<Redrive> {
  // Only what was redriven has a record, and it is asked for wherever it may be shown.
  const text = await gateway.records.get(COLLECTION, runKeyOf(run.workflow, run.id));
  return text === undefined ? { count: 0 } : (JSON.parse(text) as Redrive);
}

/** Answers when: at the time of the first request with the same token. */
export async function recordRedrive(
  service: Service,
  run: RunDocument,
  token: string | undefined,
): Promise<number> {
  const before = await redriveOf(service, run);
  const at = service.clock.now();
  const redrive: Redrive = {
    count: before.count + 1,
    at,
    tokens: { ...before.tokens, ...(token !== undefined && { [token]: at }) },
  };
  const key = runKeyOf(run.workflow, run.id);
  await service.gateway.records.put(COLLECTION, key, JSON.stringify(redrive), at + KEEP_MS);
  return at;
}

/** As DescribeExecution says it. */
export function redriveStatusOf(run: RunDocument, status: string): object {
  const redrivable = isEnded(run.status) && run.status !== 'SUCCEEDED';
  return redrivable
    ? { redriveStatus: labelOf(run) === undefined ? 'REDRIVABLE' : 'REDRIVABLE_BY_MAP_RUN' }
    : {
        redriveStatus: 'NOT_REDRIVABLE',
        redriveStatusReason: `Execution is ${status} and cannot be redriven`,
      };
}
