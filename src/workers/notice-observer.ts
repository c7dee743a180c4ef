import type { RunState } from '../engine/index.ts';
import { elapsed } from '../logs/index.ts';
import type { CloudEvent } from '../model/cloud-event.ts';
import type { Effect } from '../model/effect.ts';
import type { Notices } from '../stores/index.ts';
import type { Clock } from './clock.ts';
import type { RunNotice } from './gateway.ts';
import {
  askerOf,
  channelOf,
  INTEREST_CHANNEL,
  INTEREST_MS,
  type Interest,
  type ToGateway,
} from './notice-messages.ts';
import type { CommandReply, PartitionObserver } from './partition-ports.ts';
import { deliveryNotice, effectNotice, runNotice } from './run-notices.ts';

/** Characters of a notice; a run that is larger is only said to have changed. */
const NOTICE_LENGTH = 65_536;

interface Interested {
  /** By the clock's `elapsed`. */
  until: number;
  all: boolean;
}

/** Tells the gateways of other processes what they wait for: answers to their commands, and how runs they watch go on. */
export class NoticeObserver implements PartitionObserver {
  readonly #notices: Notices;
  readonly #clock: Clock;
  /** By run, then gateway. */
  readonly #interests = new Map<string, Map<string, Interested>>();
  /** Runs of which somebody wants to be told everything. */
  readonly #watched = new Set<string>();
  #unsubscribe: (() => void) | undefined;
  #cancelSweep: (() => void) | undefined;

  constructor(notices: Notices, clock: Clock) {
    this.#notices = notices;
    this.#clock = clock;
  }

  async start(): Promise<void> {
    this.#unsubscribe = await this.#notices.subscribe(INTEREST_CHANNEL, (text) => {
      const { gateway, ends, all } = JSON.parse(text) as Interest;
      for (const run of ends) this.#note(run, gateway, false);
      for (const run of all) this.#note(run, gateway, true);
    });
  }
  stop(): void {
    this.#unsubscribe?.();
    this.#cancelSweep?.();
  }

  get watching(): boolean {
    return this.#watched.size > 0;
  }
  get awaiting(): boolean {
    return this.#interests.size > 0;
  }

  replied(command: string, run: string, reply: CommandReply): void {
    const asker = askerOf(command);
    if (asker === undefined) return;
    if (asker.awaitsEnd) this.#note(run, asker.gateway, false);
    this.#send(asker.gateway, { command, reply });
  }
  changed(run: RunState): void {
    if (run.ended ? !this.#interests.has(run.key) : !this.#watched.has(run.key)) return;
    this.#tell(run.key, runNotice(run), run.ended);
    if (run.ended) this.#forget(run.key);
  }
  delivered(run: string, event: CloudEvent): void {
    const notice = this.#watched.has(run) ? deliveryNotice(event) : undefined;
    if (notice !== undefined) this.#tell(run, notice, false);
  }
  effectStarted(effect: Effect): void {
    if (this.#watched.has(effect.run)) this.#tell(effect.run, effectNotice(effect), false);
  }

  #note(run: string, gateway: string, all: boolean): void {
    let gateways = this.#interests.get(run);
    if (gateways === undefined) {
      gateways = new Map();
      this.#interests.set(run, gateways);
    }
    const until = elapsed(this.#clock) + INTEREST_MS;
    gateways.set(gateway, { until, all: all || gateways.get(gateway)?.all === true });
    if (all) this.#watched.add(run);
    this.#cancelSweep ??= this.#clock.after(INTEREST_MS, () => this.#sweep());
  }
  #forget(run: string): void {
    this.#interests.delete(run);
    this.#watched.delete(run);
  }

  #sweep(): void {
    const now = elapsed(this.#clock);
    for (const [run, gateways] of this.#interests) {
      for (const [gateway, { until }] of gateways) if (until <= now) gateways.delete(gateway);
      if (gateways.size === 0) this.#forget(run);
    }
    this.#cancelSweep =
      this.#interests.size === 0 ? undefined : this.#clock.after(INTEREST_MS, () => this.#sweep());
  }

  #tell(run: string, notice: RunNotice, isEnd: boolean): void {
    for (const [gateway, { all }] of this.#interests.get(run)!) {
      if (all || isEnd) this.#send(gateway, { run, notice });
    }
  }
  #send(gateway: string, message: ToGateway): void {
    const text = JSON.stringify(message);
    const short = text.length <= NOTICE_LENGTH || !('run' in message);
    this.#notices.publish(channelOf(gateway), short ? text : JSON.stringify({ run: message.run }));
  }
}
