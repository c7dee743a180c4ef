import type { StartRunAction } from '../model/documents.ts';
import { invokeAction } from './invoke.ts';

export interface StartRunRequest {
  readonly workflow: string;
  readonly run?: string;
  readonly input?: unknown;
  readonly labels?: Readonly<Record<string, string>>;
  readonly await: boolean;
  readonly entry?: string;
  readonly version?: number;
}

/** Starts a run of another workflow (id derived from the effect unless given) and, by default, waits for its end. */
export const startRun = invokeAction<StartRunAction>(
  (definition) => ({
    workflow: definition.workflow,
    ...(definition.run !== undefined && { run: definition.run }),
    input: definition.input ?? null,
    ...(definition.entry !== undefined && { entry: definition.entry }),
    ...(definition.version !== undefined && { version: definition.version }),
    ...(definition.labels && { labels: definition.labels }),
    await: definition.await !== false,
  }),
  (definition) => definition.await !== false,
  (definition) => definition.await !== false,
);
