/** A real server of this test, alone in its process (or container) and its data folder. */
export interface RunningServer {
  /** What it is and where it came from: "redis 7.0.15 (Debian package)". */
  readonly description: string;
  /** Of the server itself, no wrapper, in a container too; `undefined` while it is down. */
  readonly pid: number | undefined;
  /** SIGKILL by default. Resolves when the process is gone; for SIGSTOP and SIGCONT at once. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Again after `kill`, on the same port with the same data. Resolves when it answers. */
  start(): Promise<void>;
  /** For good; the data folder is removed. */
  stop(): Promise<void>;
}

/** Several servers that know each other. */
export interface ServerGroup<Server extends RunningServer> {
  readonly nodes: readonly Server[];
  readonly description: string;
  stop(): Promise<void>;
}

export interface RedisServer extends RunningServer {
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
}

export interface NatsServer extends RunningServer {
  readonly url: string;
  readonly dataDir: string;
}

export interface KafkaServer extends RunningServer {
  /** "host:port", one for each listener of clients. */
  readonly brokers: readonly string[];
}

/** Starts all of them at once; where one fails, none stays. */
export async function startTogether(servers: readonly RunningServer[]): Promise<void> {
  const started = await Promise.allSettled(servers.map((server) => server.start()));
  const failed = started.find((each) => each.status === 'rejected');
  if (failed === undefined) return;
  await stopTogether(servers);
  throw failed.reason;
}

export async function stopTogether(servers: readonly RunningServer[]): Promise<void> {
  await Promise.all(servers.map((server) => server.stop()));
}
