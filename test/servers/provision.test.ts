import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const SHARED = new URL('./shared-servers.ts', import.meta.url).href;
const RUN = `
  import { isWanted, sharedKafka } from ${JSON.stringify(SHARED)};
  console.log(await isWanted('kafka'), await sharedKafka().catch((error) => error.name + ': ' + error.message));
`;

/** In a process that finds no program at all. */
function withNothing(environment: Readonly<Record<string, string>>): string {
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', RUN];
  const cwd = fileURLToPath(new URL('.', import.meta.url));
  const env = { PATH: '', DOCKER_HOST: 'unix:///nowhere', ...environment };
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd, env, encoding: 'utf8' });
  return `${stdout}${stderr}`;
}

it('says what was tried and how to provide a server where there is none', () => {
  const said = withNothing({});
  expect(said).toMatch(/^true ServerUnavailableError: No Apache Kafka/);
  for (const way of ['Docker', 'KAFKA_HOME: not set', 'Maven: no java']) expect(said).toContain(`- ${way}`);
  expect(said).toContain('TIDEGATE_TEST_KAFKA_BROKERS');
});

it('lets tests be left out only where that is asked for', () => {
  expect(withNothing({ TIDEGATE_TEST_OPTIONAL_SERVERS: '1' })).toMatch(/^false/);
});

it('takes the address that is given, whatever else there is', () => {
  const given = { TIDEGATE_TEST_KAFKA_BROKERS: 'a:1,b:2', TIDEGATE_TEST_OPTIONAL_SERVERS: '1' };
  expect(withNothing(given)).toContain("true [ 'a:1', 'b:2' ]");
});
