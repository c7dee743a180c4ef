import type { CloudEvent } from '../../src/model/cloud-event.ts';

export type Channel = 'http' | 'log';

/** Something that was sent for the log. */
export interface Sent {
  /** Undefined where the text is no CloudEvent. */
  readonly event: CloudEvent | undefined;
  readonly text: string;
  readonly channel: Channel;
  /** Reasons for which it may have become a dead letter. */
  readonly mayDie: readonly string[];
  /** It must have become one: nothing may apply it. */
  readonly mustDie: boolean;
  /** False: no answer came, so it may have been kept or not. */
  acknowledged: boolean;
  /** Times it was sent. */
  sends: number;
}

/** A run that was started, and what must come of it. */
export interface StartedRun {
  readonly key: string;
  readonly statuses: readonly string[];
  /** Undefined: anything. */
  readonly output?: unknown;
}

/** What the load has asked of the product. */
export class Ledger {
  readonly sent: Sent[] = [];
  readonly runs = new Map<string, StartedRun>();
  /** Deeds that were never acknowledged though they were repeated until the end. */
  readonly unanswered: string[] = [];
}
