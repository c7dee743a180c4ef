import type { RunNotice } from './gateway.ts';
import type { CommandReply } from './partition-ports.ts';

/**
 * What of a run somebody wants to be told; every step of it costs its owner a message. `end-of-started`: its end, of which the
 * command that starts it tells the owner already.
 */
export type RunInterest = 'all' | 'end' | 'end-of-started';

/** How a gateway learns what the owners of partitions report. */
export interface Watch {
  /** The id for a command whose answer is wanted; `awaitsEnd` when its run's end is awaited from its application on. */
  commandId(token: string, awaitsEnd: boolean): string;
  /** Calls back once, when the command's owner has answered. The answer forgets it. */
  onReply(command: string, callback: (reply: CommandReply) => void): () => void;
  /** Calls back as the run goes on, or once it has ended. The answer ends that. */
  onRun(key: string, interest: RunInterest, listener: (notice: RunNotice) => void): () => void;
}
