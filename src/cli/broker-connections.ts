import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import type { BrokerConnections, KafkaConnection, NatsConnection } from '../actions/index.ts';
import { TidegateError } from '../model/errors.ts';
import type { Configuration } from './settings.ts';

/**
 * The brokers that actions may publish to: those of the file `connections`, by name, and the engine's own. Throws
 * INVALID_CONFIGURATION that names what of the file is wrong.
 */
export async function readConnections(values: Configuration): Promise<BrokerConnections> {
  const named = values.connections === undefined ? {} : await readNamed(values.connections);
  if (values.log === 'kafka') return { named, own: { kafka: ownKafka(values) } };
  return values.log === 'nats' ? { named, own: { nats: await ownNats(values) } } : { named };
}

function ownKafka(values: Configuration): KafkaConnection {
  const { kafkaBrokers: brokers, kafkaSasl, kafkaUser, kafkaPassword, kafkaTls } = values;
  return {
    brokers,
    tls: kafkaTls,
    ...(kafkaSasl && {
      sasl: { mechanism: kafkaSasl, username: kafkaUser ?? '', password: kafkaPassword ?? '' },
    }),
  };
}

async function ownNats(values: Configuration): Promise<NatsConnection> {
  const {
    natsServers: servers,
    natsUser,
    natsPassword,
    natsToken,
    natsTls,
    natsCredsFile,
    natsNkeyFile,
  } = values;
  return {
    servers,
    tls: natsTls,
    ...(natsUser && { user: natsUser }),
    ...(natsPassword && { password: natsPassword }),
    ...(natsToken && { token: natsToken }),
    ...(natsCredsFile && { credentials: await readFile(natsCredsFile, 'utf8') }),
    ...(natsNkeyFile && { nkeySeed: (await readFile(natsNkeyFile, 'utf8')).trim() }),
  };
}

type Named = BrokerConnections['named'];

async function readNamed(path: string): Promise<Named> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw invalid(path, `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  const document = parseDocument(text);
  const [fault] = document.errors;
  if (fault) throw invalid(path, `is no YAML or JSON: ${fault.message.split('\n')[0]}`);
  const found: unknown = document.toJS({ maxAliasCount: 100 });
  if (typeof found !== 'object' || found === null || Array.isArray(found))
    throw invalid(path, 'must hold an object of connections by name');
  for (const [name, connection] of Object.entries(found)) {
    const { kafka, nats } = (connection ?? {}) as {
      kafka?: { brokers?: unknown };
      nats?: { servers?: unknown };
    };
    if (kafka === undefined && nats === undefined)
      throw invalid(path, `has "${name}" without \`kafka\` or \`nats\``);
    if (kafka !== undefined && !isTexts(kafka.brokers))
      throw invalid(path, `has "${name}" whose \`kafka.brokers\` is no list of host:port`);
    if (nats !== undefined && !isTexts(nats.servers))
      throw invalid(path, `has "${name}" whose \`nats.servers\` is no list of host:port`);
  }
  return found as Named;
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string');
}

function invalid(path: string, why: string): TidegateError {
  return new TidegateError('INVALID_CONFIGURATION', `the connections file ${path} ${why}`);
}
