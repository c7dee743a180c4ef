import type { Leaders } from './leaders.ts';
import { causesOf } from './protocol-errors.ts';
import type { ProducerIdentity } from './record-batch-writer.ts';

/** Of a producer whose batches the brokers do not tell apart from repeats. */
const WITHOUT_SEQUENCE: ProducerIdentity = { id: -1, epoch: -1 };

/** The producer id that brokers recognise repeats by. A new one begins a new sequence in every partition. */
export class ProducerSession {
  readonly #leaders: Leaders;
  #current: Promise<ProducerIdentity> | undefined;
  #resolved: ProducerIdentity | undefined;

  constructor(leaders: Leaders) {
    this.#leaders = leaders;
  }

  /** Rejects with whatever kafkajs throws. */
  current(): Promise<ProducerIdentity> {
    this.#current ??= this.#begin().then(
      (identity) => {
        this.#resolved = identity;
        return identity;
      },
      (error) => {
        this.#current = undefined;
        throw error;
      },
    );
    return this.#current;
  }

  /** The sequence of `producer` has a gap, or is forgotten. */
  renew(producer: ProducerIdentity): void {
    if (this.#resolved === producer && producer !== WITHOUT_SEQUENCE) this.#current = undefined;
  }

  async #begin(): Promise<ProducerIdentity> {
    const broker = await this.#leaders.cluster.anyBroker();
    try {
      const { producerId, producerEpoch } = await broker.initProducerId({ transactionTimeout: 60_000 });
      return { id: Number(producerId), epoch: producerEpoch };
    } catch (error) {
      // Brokers before 3.0 ask for a right of its own. Repeats then fall to dedupe alone.
      if (causesOf(error).some(({ type }) => type === 'CLUSTER_AUTHORIZATION_FAILED'))
        return WITHOUT_SEQUENCE;
      throw error;
    }
  }
}
