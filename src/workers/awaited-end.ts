import { isEnded, type RunDocument } from '../model/run.ts';
import type { CommandSender } from './command-sender.ts';
import type { RunInterest, Watch } from './watch.ts';

/** The end of a run that somebody waits for; `run` is the run once it is known to have ended. */
export class AwaitedEnd {
  run: RunDocument | undefined;
  readonly #leaving: AbortSignal | undefined;
  readonly #unwatch: () => void;
  #wake = () => {};
  readonly #leave = () => this.#wake();

  /** Notices count from here on. */
  constructor(watch: Watch, key: string, interest: RunInterest, leaving: AbortSignal | undefined) {
    this.#leaving = leaving;
    this.#unwatch = watch.onRun(key, interest, (notice) => {
      if (notice.kind !== 'run' || !isEnded(notice.run.status)) return;
      this.run = notice.run;
      this.#wake();
    });
    leaving?.addEventListener('abort', this.#leave, { once: true });
  }

  /** Until the run has ended, `waitMs` at the most; at once where whoever waits leaves. */
  async wait(commands: CommandSender, waitMs: number): Promise<void> {
    if (this.run !== undefined || this.#leaving?.aborted) return;
    await commands.pause(waitMs, (wake) => {
      this.#wake = wake;
    });
  }

  forget(): void {
    this.#unwatch();
    this.#leaving?.removeEventListener('abort', this.#leave);
  }
}
