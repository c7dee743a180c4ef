import type { ConnectionOptions, JetStreamManager, NatsConnection } from 'nats';
import { connect, credsAuthenticator, Events, nkeyAuthenticator } from 'nats';
import { TidegateError } from '../../model/errors.ts';
import { asLogError } from './nats-errors.ts';
import { DEFAULT_TIMEOUT_MS, type NatsLogOptions, type NatsTls } from './options.ts';

const RECONNECT_MS = 250;
/** A server that says nothing for two of these is gone. */
const PING_MS = 10_000;

/** The connection of one process, and what it tells those who use it. */
export class LogConnection {
  readonly nats: NatsConnection;
  readonly jetstream: JetStreamManager;
  /** Who the server was told we are, for messages. */
  readonly who: string;
  readonly timeoutMs: number;
  readonly onLost = new Set<() => void>();
  readonly onBack = new Set<() => void>();
  /** The server let this user not publish there. */
  readonly onDenied = new Set<(subject: string) => void>();
  connected = true;

  private constructor(nats: NatsConnection, jetstream: JetStreamManager, who: string, timeoutMs: number) {
    this.nats = nats;
    this.jetstream = jetstream;
    this.who = who;
    this.timeoutMs = timeoutMs;
    void this.#follow();
  }

  /** Rejects with LOG_UNAVAILABLE, ACCESS_DENIED or INVALID_CONFIGURATION. */
  static async open(options: NatsLogOptions): Promise<LogConnection> {
    const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const who = userOf(options);
    const what = `connecting to NATS at ${options.servers.join(', ')}`;
    const settings = settingsOf(options, timeoutMs);
    try {
      const nats = await connect(settings);
      return new LogConnection(nats, await managerOf(nats, timeoutMs), who, timeoutMs);
    } catch (error) {
      throw asLogError(error, what, who);
    }
  }

  async #follow(): Promise<void> {
    for await (const status of this.nats.status()) {
      if (status.type === Events.Disconnect) {
        this.connected = false;
        for (const listener of [...this.onLost]) listener();
      } else if (status.type === Events.Reconnect) {
        this.connected = true;
        for (const listener of [...this.onBack]) listener();
      } else if (status.type === Events.Error && status.permissionContext?.operation === 'publish') {
        for (const listener of [...this.onDenied]) listener(status.permissionContext.subject);
      }
    }
    this.connected = false;
    for (const listener of [...this.onLost]) listener();
  }

  /** Runs a call of the JetStream API; a failure gets its code. */
  async call<T>(what: string, run: (jetstream: JetStreamManager) => Promise<T>): Promise<T> {
    if (!this.connected) throw new TidegateError('LOG_UNAVAILABLE', `${what}: not connected to NATS`);
    try {
      return await run(this.jetstream);
    } catch (error) {
      throw asLogError(error, what, this.who);
    }
  }
}

async function managerOf(nats: NatsConnection, timeoutMs: number): Promise<JetStreamManager> {
  try {
    // Whether JetStream answers is found out by the first call, with the reason where it does not.
    return await nats.jetstreamManager({ timeout: timeoutMs, checkAPI: false });
  } catch (error) {
    await nats.close();
    throw error;
  }
}

function settingsOf(options: NatsLogOptions, timeoutMs: number): ConnectionOptions {
  const { servers, user, password, token, nkeySeed, credentials, tls } = options;
  const encoder = new TextEncoder();
  return {
    servers: [...servers],
    name: 'tidegate',
    timeout: timeoutMs,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_MS,
    pingInterval: PING_MS,
    // Credentials may be put right while the worker waits.
    ignoreAuthErrorAbort: true,
    ...(user !== undefined && { user }),
    ...(password !== undefined && { pass: password }),
    ...(token !== undefined && { token }),
    ...(tls !== undefined && tls !== false && { tls: tlsOf(tls) }),
    ...(nkeySeed !== undefined && {
      authenticator: checked('nkeySeed', () => nkeyAuthenticator(encoder.encode(nkeySeed.trim()))),
    }),
    ...(credentials !== undefined && {
      authenticator: checked('credentials', () => credsAuthenticator(encoder.encode(credentials))),
    }),
  };
}

function checked<T extends (nonce?: string) => unknown>(setting: string, make: () => T): T {
  try {
    const authenticator = make();
    authenticator('nonce');
    return authenticator;
  } catch (cause) {
    throw new TidegateError('INVALID_CONFIGURATION', `the NATS setting ${setting} cannot be read`, { cause });
  }
}

function tlsOf(tls: true | NatsTls): NonNullable<ConnectionOptions['tls']> {
  if (tls === true) return {};
  const { ca, certificate, key, serverName } = tls;
  return {
    ...(ca !== undefined && { ca }),
    ...(certificate !== undefined && { cert: certificate }),
    ...(key !== undefined && { key }),
    ...(serverName !== undefined && { servername: serverName }),
  };
}

/** Never a secret. */
function userOf({ user, token, nkeySeed, credentials }: NatsLogOptions): string {
  if (user !== undefined) return `user "${user}"`;
  if (credentials !== undefined) return 'the user of the credentials file';
  if (nkeySeed !== undefined) return 'the user of the NKey';
  if (token !== undefined) return 'the holder of the token';
  return 'nobody (no credentials are configured)';
}
