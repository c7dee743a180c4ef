import { freePorts } from './free-port.ts';
import { type KafkaOptions, prepareKafka } from './kafka-node.ts';
import { kafkaSoftware } from './kafka-provision.ts';
import { type KafkaServer, type ServerGroup, startTogether, stopTogether } from './running-server.ts';

/** A Kafka of one broker, empty at first. */
export async function startKafka(options: KafkaOptions = {}): Promise<KafkaServer> {
  const [port = 0, controllerPort = 0] = await freePorts(2);
  const server = await prepareKafka(await kafkaSoftware(''), { id: 1, port, controllerPort }, options);
  await server.start();
  return server;
}

/** A Kafka of several brokers; with three or more, topics have three replicas of which two must be in sync. */
export async function startKafkaCluster(
  count = 3,
): Promise<ServerGroup<KafkaServer> & { readonly brokers: readonly string[] }> {
  const software = await kafkaSoftware('');
  const ports = await freePorts(2 * count);
  const plan = Array.from({ length: count }, (_, at) => ({
    id: at + 1,
    port: ports[2 * at]!,
    controllerPort: ports[2 * at + 1]!,
  }));
  const nodes = await Promise.all(plan.map((node) => prepareKafka(software, node, { nodes: plan })));
  await startTogether(nodes);
  return {
    nodes,
    brokers: nodes.flatMap(({ brokers }) => brokers),
    description: `${count} brokers of ${software.description}`,
    stop: () => stopTogether(nodes),
  };
}
