import { createWriteStream, existsSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { endWithProcess, hasEnded } from './orphans.ts';
import { once } from './provision.ts';
import type { Launched, Software } from './software.ts';

export interface Image {
  readonly title: string;
  /** The first that is here is taken; none is ever pulled. */
  readonly names: readonly string[];
  readonly entrypoint: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const ENGINE_LIMIT_MS = 5_000;

/**
 * A server program of a container image. Containers use this machine's network and see their folder under the same path,
 * so ports, addresses and data are as if it ran without one. Each start is a new container.
 */
export async function containerSoftware(image: Image): Promise<Software> {
  const { client, library } = await engine('');
  const name = await firstHere(image.names, (each) =>
    client.image.exists(library.ImageName.fromString(each)),
  );
  if (name === undefined) throw new Error(`none of the images ${image.names.join(', ')} is here`);
  return {
    description: `${image.title} (Docker image ${name})`,
    async launch(args, { folder, log }) {
      const output = createWriteStream(log, { flags: 'a' });
      const started = await new library.GenericContainer(name)
        .withEntrypoint([...image.entrypoint])
        .withCommand([...args])
        .withEnvironment({ ...image.env })
        .withUser(`${process.getuid?.()}:${process.getgid?.()}`)
        .withWorkingDir(folder)
        .withBindMounts([{ source: folder, target: folder }])
        .withNetworkMode('host')
        .withPullPolicy(library.PullPolicy.neverPull())
        .withAutoCleanup(false) // the cleaner is an image of its own that may not be here; orphans.ts does its work
        .withLogConsumer((lines) => lines.pipe(output))
        .start();
      return launched(client.container.getById(started.getId()));
    },
  };
}

type Engine = {
  readonly library: typeof import('testcontainers');
  readonly client: Awaited<ReturnType<typeof import('testcontainers')['getContainerRuntimeClient']>>;
};
type Container = ReturnType<Engine['client']['container']['getById']>;

/** The engine, where it runs on this very machine: an engine elsewhere shares neither loopback nor files with the tests. */
const engine = once(async (): Promise<Engine> => {
  if (process.platform !== 'linux') throw new Error('containers share this machine’s network on Linux only');
  const given = process.env['DOCKER_HOST'];
  const sockets = [
    '/var/run/docker.sock',
    join(process.env['XDG_RUNTIME_DIR'] ?? '/nowhere', 'docker.sock'),
    join(homedir(), '.docker/run/docker.sock'),
  ];
  const socket = given === undefined ? sockets.find(existsSync) : given.replace(/^unix:\/\//, '');
  if (socket === undefined || !existsSync(socket))
    throw new Error(`no socket of an engine (${given ?? sockets[0]})`);
  process.env['TESTCONTAINERS_HOST_OVERRIDE'] ??= '127.0.0.1'; // else it starts a container to find its host's address
  const library = await import('testcontainers');
  const client = await inTime(library.getContainerRuntimeClient());
  const { Name: host } = (await inTime(client.container.dockerode.info())) as { Name: string };
  if (host !== hostname()) throw new Error(`the engine runs on another machine, ${host}`);
  return { library, client };
});

function inTime<Value>(answer: Promise<Value>): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const late = () => reject(new Error(`the engine does not answer within ${ENGINE_LIMIT_MS} ms`));
  const timer = setTimeout(late, ENGINE_LIMIT_MS);
  return Promise.race([answer, promise]).finally(() => clearTimeout(timer));
}

async function firstHere(
  names: readonly string[],
  isHere: (name: string) => Promise<boolean>,
): Promise<string | undefined> {
  for (const name of names) if (await isHere(name)) return name;
  return undefined;
}

async function launched(container: Container): Promise<Launched> {
  const { id } = container;
  const { State: state } = await container.inspect();
  const pid = state.Pid || undefined; // 0 once it has ended
  endWithProcess({ container: id });
  const ended = container.wait().then(async ({ StatusCode: code }: { StatusCode: number }) => {
    await container.remove({ force: true });
    hasEnded({ container: id });
    return `ended with ${code}`;
  });
  return {
    pid,
    ended,
    async signal(signal) {
      await container.kill({ signal });
    },
  };
}
