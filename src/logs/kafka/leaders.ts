import { TidegateError } from '../../model/errors.ts';
import { elapsed, type LogClock, waited } from '../log-clock.ts';
import type { KafkaCluster, WireBroker } from './cluster.ts';
import { CODES, codeError, type Identity, logError } from './protocol-errors.ts';
import type { TopicIdentity } from './topic-identity.ts';
import type { WireMessage } from './wire-message.ts';

const FIRST_BACKOFF_MS = 25;
const MAX_BACKOFF_MS = 500;

/** What a leader answers that another try does not change. */
const FINAL = new Set<number>([CODES.none, CODES.offsetOutOfRange]);
const FORBIDDEN = new Set<number>([CODES.topicForbidden, CODES.clusterForbidden]);

export function backoffMs(failures: number): number {
  return Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(failures, 10));
}

/** Asks the leader of a partition, whoever that is by now, for as long as an answer is of use. */
export class Leaders {
  readonly cluster: KafkaCluster;
  readonly clock: LogClock;
  readonly identity: Identity;
  readonly topicIdentity: TopicIdentity;
  readonly #answerMs: number;

  constructor(
    cluster: KafkaCluster,
    clock: LogClock,
    identity: Identity,
    topicIdentity: TopicIdentity,
    answerMs: number,
  ) {
    this.cluster = cluster;
    this.clock = clock;
    this.identity = identity;
    this.topicIdentity = topicIdentity;
    this.#answerMs = answerMs;
  }

  /** Resolves with a final answer. Rejects with LOG_MISSING, PARTITIONS_CHANGED, ACCESS_DENIED, or LOG_UNAVAILABLE after `answerMs`. */
  async ask<T extends { readonly error: number }>(
    partition: number,
    message: (broker: WireBroker) => WireMessage<T>,
    doing: string,
  ): Promise<T> {
    const until = elapsed(this.clock) + this.#answerMs;
    let trouble: TidegateError | undefined;
    for (let failures = 0; ; failures += 1) {
      try {
        const leader = this.cluster.leader(partition);
        if (leader !== undefined) {
          const broker = await this.cluster.broker(leader);
          const answer = await this.cluster.send(broker, 'now', message(broker));
          if (FINAL.has(answer.error)) return answer;
          trouble = codeError(answer.error, doing, this.identity);
          if (FORBIDDEN.has(answer.error)) throw trouble;
        } else {
          trouble = new TidegateError('LOG_UNAVAILABLE', `${doing}: no broker leads the partition`);
        }
      } catch (error) {
        trouble = logError(error, doing, this.identity);
        if (trouble.code !== 'LOG_UNAVAILABLE') throw trouble;
      }
      if (elapsed(this.clock) >= until) throw trouble;
      if (failures > 0) await waited(this.clock, backoffMs(failures));
      await this.look();
    }
  }

  /** Hears anew who leads; rejects only where the topic itself is gone or changed. */
  async look(): Promise<void> {
    await this.cluster.refresh().catch(() => undefined); // fails for a topic that is gone, too
    await this.sameTopic();
  }

  /** Rejects with LOG_MISSING or PARTITIONS_CHANGED; an outage is no answer. */
  async sameTopic(): Promise<void> {
    try {
      await this.topicIdentity.verify();
    } catch (error) {
      if (error instanceof TidegateError) throw error;
    }
  }
}
