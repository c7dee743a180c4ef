import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfiguration, type Sources } from '../../src/cli/configuration.ts';
import { TidegateError } from '../../src/model/errors.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-configuration-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function read(sources: Partial<Sources>) {
  return readConfiguration({ flags: {}, environment: {}, folder, ...sources });
}
function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}
function faultsOf(sources: Partial<Sources>): readonly string[] {
  try {
    read(sources);
  } catch (error) {
    expect(error).toBeInstanceOf(TidegateError);
    expect((error as TidegateError).code).toBe('INVALID_CONFIGURATION');
    return (error as TidegateError).details?.faults as string[];
  }
  return [];
}

test('without any source every setting has its default, and relative folders start from the current one', () => {
  const { values, given } = read({});
  expect(values).toMatchObject({
    host: '127.0.0.1',
    port: 7171,
    dataDir: join(folder, '.tidegate'),
    log: 'embedded',
    store: 'embedded',
    partitions: 4,
    drainMs: 10_000,
    functions: undefined,
  });
  expect(given.size).toBe(0);
});

test('flags come before the environment, that before the file, that before the default', () => {
  const config = file('order.yaml', 'port: 1\nhost: a\npartitions: 2\n');
  const { values, given } = read({
    flags: { config, port: '3' },
    environment: { TIDEGATE_PORT: '2', TIDEGATE_HOST: 'b' },
  });
  expect([values.port, values.host, values.partitions, values.drainMs]).toEqual([3, 'b', 2, 10_000]);
  expect([...given]).toEqual(['host', 'port', 'partitions']);
});

test('the environment can name the file, which may be JSON, and whose paths start from its own folder', () => {
  const config = join(folder, file('there.json', '{"dataDir": "data", "limits": {"tasks": 7}}'));
  const { values } = read({ environment: { TIDEGATE_CONFIG: config }, folder: '/' });
  expect(values.dataDir).toBe(join(folder, 'data'));
  expect(values.limits).toEqual({ tasks: 7 });
});

test('all faults come at once, each with its place, its value and the remedy', () => {
  const config = file('faults.yaml', 'prot: 1\nsynchronous: sometimes\n');
  const faults = faultsOf({
    flags: { config, port: '99999', limits: 'bodyByte=1' },
    environment: { TIDEGATE_PARTITIONS: 'four', TIDEGATE_BASE_URL: 'ftp://x' },
  });
  expect(faults).toEqual([
    `"prot" in ${join(folder, config)} is not a setting; did you mean "port"?`,
    '--port is "99999"; it must be an integer from 0 to 65535',
    'TIDEGATE_PARTITIONS is "four"; it must be an integer from 1 to 1024',
    `"synchronous" in ${join(folder, config)} is "sometimes"; it must be one of full, normal`,
    'TIDEGATE_BASE_URL is "ftp://x"; it must be an http or https URL',
    '--limits is "bodyByte=1": the limit "bodyByte" is not known; did you mean "bodyBytes"?',
  ]);
});

test('a log, a store or a yes that is none is refused by naming what there is', () => {
  const environment = { TIDEGATE_LOG: 'pulsar', TIDEGATE_STORE: 'etcd', TIDEGATE_KAFKA_TLS: 'yes' };
  expect(faultsOf({ environment })).toEqual([
    'TIDEGATE_LOG is "pulsar"; it must be one of embedded, kafka, nats, redis',
    'TIDEGATE_STORE is "etcd"; it must be one of embedded, redis',
    'TIDEGATE_KAFKA_TLS is "yes"; it must be true or false',
  ]);
});

test('a secret is never part of a message', () => {
  const config = file('secret.yaml', 'apiKeys: { mine: hunter2 }\n');
  expect(faultsOf({ flags: { config } }).join()).not.toContain('hunter2');
});

test('a file that is missing, broken or no object is a fault, not a crash', () => {
  expect(faultsOf({ flags: { config: 'missing.yaml' } })[0]).toMatch(/missing\.yaml cannot be read/);
  expect(faultsOf({ flags: { config: file('broken.yaml', 'a: [1\n') } })[0]).toMatch(/is no YAML or JSON/);
  expect(faultsOf({ flags: { config: file('list.yaml', '- 1\n') } })[0]).toMatch(/must hold an object/);
});
