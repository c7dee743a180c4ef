import type { CloudEvent } from '../model/cloud-event.ts';
import type { KafkaTarget, NatsTarget } from '../model/documents.ts';
import { type BrokerConnections, connectionOf } from './broker-connection.ts';
import type { ContentMode } from './broker-content.ts';
import { KafkaPublisher, type KafkaReceipt } from './kafka-publisher.ts';
import { NatsPublisher, type NatsReceipt } from './nats-publisher.ts';
import type { Secrets } from './secrets.ts';

/** Publishing to the brokers that the configuration names; nothing is connected before it is needed. */
export interface BrokerPublishers {
  /** Rejects as `KafkaPublisher.publish` does, and with CONNECTION_NOT_FOUND. */
  kafka(target: KafkaTarget, event: CloudEvent, mode: ContentMode): Promise<KafkaReceipt>;
  /** Rejects as `NatsPublisher.publish` does, and with CONNECTION_NOT_FOUND. */
  nats(target: NatsTarget, event: CloudEvent, mode: ContentMode): Promise<NatsReceipt>;
  /** Lets go of all connections. */
  close(): Promise<void>;
}

/** `secrets` resolves the references that the connections hold, when one is made. */
export function brokerPublishers(connections: BrokerConnections, secrets: Secrets): BrokerPublishers {
  const kafka = new KafkaPublisher(secrets);
  const nats = new NatsPublisher(secrets);
  return {
    async kafka({ connection, ...destination }, event, mode) {
      const settings = connectionOf(connections, 'kafka', connection);
      return kafka.publish(connection ?? '', settings, destination, event, mode);
    },
    async nats({ connection, ...destination }, event, mode) {
      const settings = connectionOf(connections, 'nats', connection);
      return nats.publish(connection ?? '', settings, destination, event, mode);
    },
    async close() {
      await Promise.all([kafka.close(), nats.close()]);
    },
  };
}
