import { effectError } from './effect-error.ts';

/** TLS of a connection; texts are PEM. Any of them may be a `secret://` reference. */
export interface BrokerTls {
  /** Certificates of the authorities to trust instead of the system's. */
  readonly ca?: string;
  /** The client's own, together with `key`. */
  readonly certificate?: string;
  readonly key?: string;
  /** Name to expect in the server's certificate, where it is not the address's. */
  readonly serverName?: string;
}

/** How a Kafka cluster is reached. User name and password may be `secret://` references. */
export interface KafkaConnection {
  /** `host:port` each. */
  readonly brokers: readonly string[];
  /** Default `tidegate`. */
  readonly clientId?: string;
  /** `true`: with the system's authorities. */
  readonly tls?: boolean | BrokerTls;
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
}

/** How NATS is reached. Whatever proves who the client is may be a `secret://` reference. */
export interface NatsConnection {
  /** `host:port` or `nats://host:port` each. */
  readonly servers: readonly string[];
  readonly tls?: boolean | BrokerTls;
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
  /** Seed of an NKey, `SU...`. */
  readonly nkeySeed?: string;
  /** Text of a credentials file: user JWT and seed. */
  readonly credentials?: string;
}

/**
 * The brokers that actions may publish to. They come from the configuration only: a definition or an event can choose among
 * them by name and never brings an address, so no text of theirs makes a worker connect anywhere else.
 */
export interface BrokerConnections {
  readonly named: Readonly<Record<string, Partial<ConnectionKinds>>>;
  /** Where an action names none: the engine's own. */
  readonly own?: Partial<ConnectionKinds>;
}
export interface ConnectionKinds {
  readonly kafka: KafkaConnection;
  readonly nats: NatsConnection;
}

/** Throws CONNECTION_NOT_FOUND, with the names that are known. */
export function connectionOf<K extends keyof ConnectionKinds>(
  connections: BrokerConnections,
  kind: K,
  name: string | undefined,
): ConnectionKinds[K] {
  const label = kind === 'kafka' ? 'Kafka' : 'NATS';
  const { named, own } = connections;
  const entry: Partial<ConnectionKinds> | undefined =
    name === undefined ? own : Object.hasOwn(named, name) ? named[name] : undefined;
  const found = entry?.[kind];
  if (found !== undefined) return found;
  const known = Object.keys(named).filter((each) => named[each]?.[kind] !== undefined);
  const choice = known.length === 0 ? 'none is configured' : `configured are ${known.join(', ')}`;
  throw effectError(
    'CONNECTION_NOT_FOUND',
    name === undefined
      ? `the action names no ${label} connection and the engine has none of its own; ${choice}`
      : `there is no ${label} connection "${name}"; ${choice}`,
  );
}
