import { createHash } from 'node:crypto';
import type { CompiledWorkflow } from '../engine/index.ts';
import type { CloudEvent } from '../model/cloud-event.ts';
import { RUN_ID_PATTERN, runKeyOf, STANDING_RUN } from '../model/run.ts';
import type { Definitions } from './definitions.ts';

export interface Route {
  readonly workflow: string;
  readonly run: string;
}

/**
 * The runs an event is for: the one it names; else by its workflow's standing run, correlation or start subscription;
 * without a workflow, those whose start subscription it fits. Empty: nobody's (a dead letter).
 */
export async function routesOf(event: CloudEvent, definitions: Definitions): Promise<Route[]> {
  if (event.workflow !== undefined) {
    if (event.run !== undefined) return [{ workflow: event.workflow, run: event.run }];
    const workflow = definitions.peekNewest(event.workflow) ?? (await definitions.newest(event.workflow));
    const run = workflow === undefined || workflow === null ? undefined : runFor(workflow, event);
    return run === undefined ? [] : [{ workflow: event.workflow, run }];
  }
  const routes: Route[] = [];
  for (const workflow of await definitions.all()) {
    if (!workflow.startsRun(event)) continue;
    const run = runFor(workflow, event);
    if (run !== undefined) routes.push({ workflow: workflow.name, run });
  }
  return routes;
}

/** The run of this workflow that an event without a run belongs to. */
export function runFor(workflow: CompiledWorkflow, event: CloudEvent): string | undefined {
  if (workflow.runMode === 'standing') return STANDING_RUN;
  if (workflow.correlate !== undefined) return correlatedRun(workflow.correlate.evaluate, event);
  return workflow.startsRun(event) ? derivedRunId('event', event.source, event.id) : undefined;
}

const RUN_ID = new RegExp(RUN_ID_PATTERN);

function correlatedRun(
  evaluate: (scope: { event: CloudEvent }) => unknown,
  event: CloudEvent,
): string | undefined {
  let value: unknown;
  try {
    value = evaluate({ event });
  } catch {
    return undefined;
  }
  if (value === null || value === undefined || value === '') return undefined;
  const text = typeof value === 'string' ? value : JSON.stringify(value, inOrderOfKeys);
  return RUN_ID.test(text) ? text : derivedRunId('key', text);
}

/** For JSON.stringify: maps that are equal have the same text. */
function inOrderOfKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** A run id that the same cause always gets. */
export function derivedRunId(...cause: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify(cause))
    .digest('base64url')
    .slice(0, 22)
    .replace(/^-/, '_');
}

export function keyOf(route: Route): string {
  return runKeyOf(route.workflow, route.run);
}
