import type { RunNotice } from './gateway.ts';
import type { CommandReply } from './partition-ports.ts';

/** How a gateway learns what the owners of partitions report. */
export interface Watch {
  /** The id for a command whose answer is wanted; `watches` when the run it is for is watched from its application on. */
  commandId(token: string, watches: boolean): string;
  /** Calls back once, when the command's owner has answered. The answer forgets it. */
  onReply(command: string, callback: (reply: CommandReply) => void): () => void;
  /** Calls back as the run goes on. The answer ends that. */
  onRun(key: string, listener: (notice: RunNotice) => void): () => void;
}
