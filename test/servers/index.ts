export { startKafka, startKafkaCluster } from './kafka.ts';
export type { KafkaOptions } from './kafka-node.ts';
export { type NatsOptions, startNats } from './nats.ts';
export { startNatsCluster } from './nats-cluster.ts';
export { ServerUnavailableError } from './provision.ts';
export { type RedisOptions, startRedis } from './redis.ts';
export type { KafkaServer, NatsServer, RedisServer, RunningServer } from './running-server.ts';
export { isWanted, sharedKafka, sharedNats, sharedRedis } from './shared-servers.ts';
export { type TcpProxy, tcpProxy } from './tcp-proxy.ts';
