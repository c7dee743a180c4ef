import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KafkaSoftware, ScramUser } from './kafka-software.ts';
import type { KafkaServer } from './running-server.ts';
import { makeFolders, ServerProcess } from './server-process.ts';

export interface KafkaOptions {
  /**
   * Of server.properties; they come after the harness's own. `{port}` and `{controllerPort}` in a value become the ports, for
   * `listeners` that add one with a password to `PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controllerPort}`.
   */
  readonly properties?: Readonly<Record<string, string>>;
  readonly users?: readonly ScramUser[];
}

/** One node of a cluster in KRaft mode, broker and controller in one. */
export interface KafkaNode {
  readonly id: number;
  readonly port: number;
  readonly controllerPort: number;
}

/** Formatted, not started yet. */
export async function prepareKafka(
  software: KafkaSoftware,
  node: KafkaNode,
  { nodes = [node], properties = {}, users = [] }: { nodes?: readonly KafkaNode[] } & KafkaOptions = {},
): Promise<KafkaServer> {
  const folders = makeFolders('kafka');
  const file = join(folders.folder, 'server.properties');
  const settings = { ...propertiesOf(node, nodes, folders.dataDir), ...withPorts(properties, node) };
  writeFileSync(
    file,
    Object.entries(settings)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
  const server = new ServerProcess({
    software: software.broker,
    args: [file],
    folders,
    answers: (printed) => printed.includes('Kafka Server started'),
    limitMs: 90_000,
  });
  try {
    await software.format(file, folders, users);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return Object.assign(server, { brokers: [`127.0.0.1:${node.port}`] });
}

function withPorts(
  properties: Readonly<Record<string, string>>,
  { port, controllerPort }: KafkaNode,
): Record<string, string> {
  const filled = (value: string) =>
    value.replaceAll('{port}', `${port}`).replaceAll('{controllerPort}', `${controllerPort}`);
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, filled(value)]));
}

function propertiesOf(
  { id, port, controllerPort }: KafkaNode,
  nodes: readonly KafkaNode[],
  dataDir: string,
): Record<string, string> {
  const replicas = nodes.length < 3 ? '1' : '3';
  const inSync = nodes.length < 3 ? '1' : '2';
  const internalTopics = ['offsets.topic', 'transaction.state.log', 'share.coordinator.state.topic'];
  return {
    'process.roles': 'broker,controller',
    'node.id': `${id}`,
    'controller.quorum.voters': nodes.map((each) => `${each.id}@127.0.0.1:${each.controllerPort}`).join(','),
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map':
      'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,SSL:SSL,SASL_SSL:SASL_SSL',
    'log.dirs': dataDir,
    'num.partitions': '1',
    'default.replication.factor': replicas,
    'min.insync.replicas': inSync,
    ...Object.fromEntries(internalTopics.map((topic) => [`${topic}.replication.factor`, replicas])),
    ...Object.fromEntries(internalTopics.map((topic) => [`${topic}.num.partitions`, '4'])),
    'transaction.state.log.min.isr': inSync,
    'share.coordinator.state.topic.min.isr': inSync,
    'auto.create.topics.enable': 'true',
    'group.initial.rebalance.delay.ms': '0',
    // A node that was killed is known to be gone, and may come back, in seconds.
    'broker.session.timeout.ms': '2000',
    'broker.heartbeat.interval.ms': '200',
    'log.cleaner.dedupe.buffer.size': '16777216',
  };
}
