import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { COMMANDS } from '../../src/cli/commands/index.ts';
import { readConfiguration } from '../../src/cli/configuration.ts';
import { environmentOf, SETTING_NAMES } from '../../src/cli/settings.ts';

interface Service {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly depends_on?: Readonly<Record<string, unknown>>;
  readonly ports?: readonly string[];
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
}

const compose = read('compose.yaml');
const overNats = read('compose.nats.yaml');
const known = new Set(SETTING_NAMES.map(environmentOf));

function read(file: string): Compose {
  return parse(readFileSync(file, 'utf8'), { merge: true }) as Compose;
}

/** As docker compose merges them: the second file's environment over the first's, `${NAME:-default}` resolved. */
function environmentOfService(name: string, ...files: readonly Compose[]): Record<string, string> {
  const merged = Object.assign({}, ...files.map(({ services }) => services[name]?.environment ?? {}));
  return Object.fromEntries(
    Object.entries(merged as Record<string, string | number>)
      .filter(([variable]) => variable.startsWith('TIDEGATE_'))
      .map(([variable, value]) => [variable, String(value).replace(/^\$\{\w+:-(.*)\}$/, '$1')]),
  );
}

test.each(['frontend', 'worker'])('%s of the compose files is configured by settings that exist', (name) => {
  for (const files of [[compose], [compose, overNats]]) {
    const environment = environmentOfService(name, ...files);
    expect(Object.keys(environment).filter((variable) => !known.has(variable))).toEqual([]);
    const { values } = readConfiguration({ flags: {}, environment, folder: '/' });
    expect(values.store).toBe('redis');
    expect(values.log).toBe(files.length === 1 ? 'kafka' : 'nats');
  }
  const [command] = compose.services[name]!.command!;
  expect(COMMANDS.map((each) => each.name)).toContain(command);
});

test('both roles stand on the same ground', () => {
  const ground = ['TIDEGATE_LOG', 'TIDEGATE_STORE', 'TIDEGATE_PARTITIONS', 'TIDEGATE_REDIS_URL'];
  const [frontend, worker] = ['frontend', 'worker'].map((name) => environmentOfService(name, compose));
  for (const variable of ground) expect(frontend![variable]).toBe(worker![variable]);
});

test('nothing is reachable from beyond this machine, and every image says which it is', () => {
  for (const { services } of [compose, overNats]) {
    for (const { ports = [], image } of Object.values(services)) {
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
      if (image !== undefined && image !== 'tidegate') expect(image).toMatch(/:\d/);
    }
  }
});

test('the image runs the command line that the package has', () => {
  const { bin } = JSON.parse(readFileSync('package.json', 'utf8')) as { bin: { tidegate: string } };
  expect(readFileSync('Dockerfile', 'utf8')).toContain(`"${bin.tidegate}"]`);
});
