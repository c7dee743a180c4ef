import type { NatsConnection as Client, ConnectionOptions, JetStreamClient, MsgHdrs } from 'nats';
import type { CloudEvent } from '../model/cloud-event.ts';
import type { BrokerTls, NatsConnection } from './broker-connection.ts';
import { type ContentMode, natsContent } from './broker-content.ts';
import { ClientPool } from './client-pool.ts';
import { effectError } from './effect-error.ts';
import { NatsDenials } from './nats-denials.ts';
import { natsFailure, saysNoResponders } from './nats-failure.ts';
import { resolveAll, type Secrets } from './secrets.ts';

/** Where an event goes in NATS. */
export interface NatsDestination {
  readonly subject: string;
  /** Default true: a stream acknowledges that it has stored the event. */
  readonly jetstream?: boolean | undefined;
}

/** What the stream answered, or null where nobody does; the result of the effect. */
export type NatsReceipt = {
  readonly stream: string;
  readonly sequence: number;
  readonly duplicate: boolean;
} | null;

/** Tokens split by ".", none of them empty or a wildcard; not those that steer the server or answer requests. */
const SUBJECT = /^(?!\$|_INBOX\.)[^\s.*>]+(?:\.[^\s.*>]+)*$/;
const ACK_TIMEOUT_MS = 5_000;
/** While a stream elects its leader nobody answers; the client knows the option, though its types leave it out. */
const RETRIES: object = { retries: 3, retry_delay: 250 };
const CONNECT_TIMEOUT_MS = 5_000;

interface Pooled {
  readonly client: Client;
  readonly jetstream: JetStreamClient;
  readonly denials: NatsDenials;
  readonly newHeaders: () => MsgHdrs;
}

/** Publishes to NATS. The client is loaded when first needed; each connection is one client, shared by all effects. */
export class NatsPublisher {
  readonly #secrets: Secrets;
  readonly #clients = new ClientPool<Pooled>(({ client }) => client.drain());

  constructor(secrets: Secrets) {
    this.#secrets = secrets;
  }

  /**
   * One message; its `Nats-Msg-Id` is the event's id, so that within its window a stream drops what is delivered again. `name`
   * tells the connection from others. Rejects with an EffectError as `KafkaPublisher.publish` does.
   */
  async publish(
    name: string,
    connection: NatsConnection,
    { subject, jetstream = true }: NatsDestination,
    event: CloudEvent,
    mode: ContentMode,
  ): Promise<NatsReceipt> {
    if (typeof subject !== 'string' || !SUBJECT.test(subject)) {
      throw effectError('ACTION_FAILED', `${JSON.stringify(subject)} is no subject that can be published to`);
    }
    const target = `the NATS subject "${subject}"`;
    let pooled: Pooled | undefined;
    try {
      pooled = await this.#clients.get(name, (forget) => connect(connection, this.#secrets, forget));
      const content = natsContent(event, mode);
      const headers = pooled.newHeaders();
      for (const [header, value] of Object.entries(content.headers)) headers.set(header, value);
      if (!jetstream) return await publishOnly(pooled, subject, content.value, headers);
      const { stream, seq, duplicate } = await pooled.jetstream.publish(subject, content.value, {
        msgID: event.id,
        headers,
        timeout: ACK_TIMEOUT_MS,
        ...RETRIES,
      });
      return { stream, sequence: seq, duplicate };
    } catch (error) {
      if (pooled !== undefined && saysNoResponders(error) && (await hasNoStream(pooled.client, subject))) {
        throw effectError('TARGET_NOT_FOUND', `no stream takes ${target}`, { cause: error });
      }
      throw natsFailure(error, target);
    }
  }

  async close(): Promise<void> {
    await this.#clients.close();
  }
}

/** Without a stream the server says nothing when it takes a message, but it does when it does not. */
async function publishOnly(
  { client, denials }: Pooled,
  subject: string,
  value: Uint8Array,
  headers: MsgHdrs,
): Promise<null> {
  const denied = await denials.during(subject, async () => {
    client.publish(subject, value, { headers });
    await client.flush();
  });
  if (denied) {
    throw effectError('ACCESS_DENIED', `the user may not publish to the NATS subject "${subject}"`);
  }
  return null;
}

/** Nobody answers while a stream elects its leader, too; only where the server knows of no stream there is none. */
async function hasNoStream(client: Client, subject: string): Promise<boolean> {
  try {
    const jetstream = await client.jetstreamManager({ timeout: ACK_TIMEOUT_MS, checkAPI: false });
    for await (const names of jetstream.streams.names(subject)) if (names !== undefined) return false;
    return true;
  } catch {
    return false; // it could not be asked: the first error stands
  }
}

async function connect(sealed: NatsConnection, secrets: Secrets, forget: () => void): Promise<Pooled> {
  const { servers, tls, user, password, token, nkeySeed, credentials } = await resolveAll(sealed, secrets);
  const nats = (await import('nats')).default;
  const encode = (text: string) => new TextEncoder().encode(text);
  const options: ConnectionOptions = {
    servers: [...servers],
    name: 'tidegate',
    timeout: CONNECT_TIMEOUT_MS,
    maxReconnectAttempts: -1,
    ...(user !== undefined && { user }),
    ...(password !== undefined && { pass: password }),
    ...(token !== undefined && { token }),
    ...(nkeySeed !== undefined && { authenticator: nats.nkeyAuthenticator(encode(nkeySeed)) }),
    ...(credentials !== undefined && { authenticator: nats.credsAuthenticator(encode(credentials)) }),
    ...(tls !== undefined && tls !== false && { tls: tls === true ? {} : tlsOptions(tls) }),
  };
  const client = await nats.connect(options);
  void client.closed().then(forget);
  return {
    client,
    jetstream: client.jetstream(),
    denials: new NatsDenials(client),
    newHeaders: () => nats.headers(),
  };
}

function tlsOptions({ ca, certificate, key, serverName }: BrokerTls): NonNullable<ConnectionOptions['tls']> {
  return {
    ...(ca !== undefined && { ca }),
    ...(certificate !== undefined && { cert: certificate }),
    ...(key !== undefined && { key }),
    ...(serverName !== undefined && { servername: serverName }),
  };
}
