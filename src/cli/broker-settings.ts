import { choice, engine, integer, list, optional, path, text, yesNo } from './setting.ts';

/** Settings of Kafka, NATS and Redis, where `log` and `store` say so. */
export const BROKER_SETTINGS = {
  kafkaBrokers: engine(
    list,
    ['127.0.0.1:9092'],
    '`host:port` of some Kafka brokers; the others are found through them.',
  ),
  kafkaTopic: engine(
    text,
    'tidegate-events',
    'Topic of the events. Made at the first start if it is missing.',
  ),
  kafkaGroup: engine(text, 'tidegate', 'Consumer group of the workers.'),
  kafkaReplicationFactor: optional(
    integer(1, 15),
    'Copies of each partition, when the topic is made. Not set: 3, or as many as there are brokers.',
  ),
  kafkaMinInsyncReplicas: optional(
    integer(1, 15),
    'Copies that must have an event before it is acknowledged, when the topic is made. Not set: one less than there are.',
  ),
  kafkaSasl: optional(
    choice(['plain', 'scram-sha-256', 'scram-sha-512']),
    'How `kafkaUser` and `kafkaPassword` prove who the client is. Not set: not at all.',
  ),
  kafkaUser: optional(text, 'User of the Kafka cluster.'),
  kafkaPassword: { ...optional(text, 'Password of `kafkaUser`.'), secret: true },
  kafkaTls: engine(yesNo, false, 'Whether Kafka is reached through TLS.'),
  kafkaCaFile: optional(path, "PEM file of the authorities to trust instead of the system's."),
  natsServers: engine(list, ['127.0.0.1:4222'], '`host:port` of some NATS servers.'),
  natsStream: engine(
    text,
    'TIDEGATE',
    'JetStream stream of the events. Made at the first start if it is missing.',
  ),
  natsSubject: engine(
    text,
    'tidegate.events',
    'Subject that takes any event; `SUBJECT.N` are the partitions. Fixed at the first start.',
  ),
  natsReplicas: optional(integer(1, 5), 'Copies of the stream, when it is made. Not set: 1.'),
  natsUser: optional(text, 'User of the NATS servers.'),
  natsPassword: { ...optional(text, 'Password of `natsUser`.'), secret: true },
  natsToken: { ...optional(text, 'Token of the NATS servers.'), secret: true },
  natsNkeyFile: optional(path, 'File with the seed of an NKey.'),
  natsCredsFile: optional(path, 'Credentials file: user JWT and seed.'),
  natsTls: engine(yesNo, false, 'Whether NATS is reached through TLS.'),
  natsCaFile: optional(path, "PEM file of the authorities to trust instead of the system's."),
  natsMonitoring: engine(
    list,
    [],
    'Monitoring endpoints of the NATS servers, such as `http://nats:8222`, for the check of `sync_interval`.',
  ),
  redisUrl: {
    ...engine(
      text,
      'redis://127.0.0.1:6379',
      '`redis://` or `rediss://` (TLS) with one host, several of a Cluster with commas between, or `redis+sentinel://HOSTS/MASTER`.',
    ),
    secret: true,
  },
  redisPrefix: engine(text, 'tidegate', 'What the names of all keys in Redis begin with.'),
  redisCaFile: optional(path, "PEM file of the authorities to trust instead of the system's."),
  logRetentionMs: optional(
    integer(60_000, 3_650 * 86_400_000),
    'Milliseconds the log keeps events: set on topic or stream when they are made (not set: seven days); in Redis Streams how long after they were read (not set: ten minutes).',
  ),
  logBytesInFlight: engine(
    integer(1_048_576, 8_589_934_592),
    67_108_864,
    'Bytes of events that a worker reads ahead, all partitions together.',
  ),
} as const;
