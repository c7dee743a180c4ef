import type { CommandData } from '../engine/index.ts';
import type { EventLog } from '../logs/event-log.ts';
import { TidegateError } from '../model/errors.ts';
import type { Clock, Randomness } from './clock.ts';
import type { CommandSeal } from './command-seal.ts';
import type { CommandReply } from './partition-ports.ts';
import { appendCommand } from './run-invokers.ts';
import type { Watch } from './watch.ts';

/** A command is answered when applied, at the latest after so many milliseconds (then 202). */
const COMMAND_BOUND_MS = 10_000;

export interface CommandSenderDependencies {
  readonly log: EventLog;
  readonly seal?: CommandSeal | undefined;
  readonly watch: Watch;
  readonly clock: Clock;
  readonly randomness: Randomness;
}

/** Sends commands to runs through the log, as everything that changes a run goes. */
export class CommandSender {
  readonly #deps: CommandSenderDependencies;

  constructor(deps: CommandSenderDependencies) {
    this.#deps = deps;
  }

  /** Appends a command and waits for its owner's answer; undefined when none came within the bound. */
  async send(
    workflow: string,
    run: string,
    type: string,
    data: CommandData & {
      readonly version?: number;
      readonly input?: unknown;
      readonly labels?: Readonly<Record<string, string>>;
    },
    {
      awaitsEnd = false,
      traceparent,
    }: { readonly awaitsEnd?: boolean; readonly traceparent?: string | undefined } = {},
  ): Promise<CommandReply | undefined> {
    const { log, seal, randomness, watch } = this.#deps;
    const id = watch.commandId(randomness.token(), awaitsEnd);
    let reply: CommandReply | undefined;
    let wake = () => {};
    const forget = watch.onReply(id, (answer) => {
      reply = answer;
      wake();
    });
    try {
      await appendCommand(
        { log, seal },
        {
          specversion: '1.0',
          id,
          source: '/tidegate/gateway',
          type,
          ...(traceparent !== undefined && { traceparent }),
          workflow,
          run,
          data,
        },
      );
      if (reply === undefined) {
        await this.pause(COMMAND_BOUND_MS, (callback) => {
          wake = callback;
        });
      }
    } finally {
      forget();
    }
    const answer = reply as CommandReply | undefined;
    if (answer?.error !== undefined) throw new TidegateError(answer.error.code, answer.error.message);
    return answer;
  }

  /** Waits until woken, at the most `ms`. */
  pause(ms: number, wakeable: (wake: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#deps.clock.after(ms, resolve);
      wakeable(() => {
        cancel();
        resolve();
      });
    });
  }
}
