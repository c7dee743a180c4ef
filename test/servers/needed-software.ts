import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { awsTools } from './aws-tools-software.ts';
import { kafkaSoftware } from './kafka-provision.ts';
import { motoSoftware } from './moto-software.ts';
import { natsSoftware } from './nats-software.ts';
import { redisSoftware } from './redis-software.ts';
import { GIVEN } from './shared-provider.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const given = (kind: keyof typeof GIVEN) => (process.env[GIVEN[kind]] ? 'start' : '(?:start|shared)');

/** What the text of a test says it needs. */
const NEEDS: readonly (readonly [RegExp, () => Promise<unknown>])[] = [
  [new RegExp(`\\b${given('redis')}Redis`), () => redisSoftware('redis')],
  [/'redis8'/, () => redisSoftware('redis8')],
  [/'valkey'/, () => redisSoftware('valkey')],
  [new RegExp(`\\b${given('nats')}Nats`), () => natsSoftware('current')],
  [/version: 'debian'/, () => natsSoftware('debian')],
  [new RegExp(`\\b${given('kafka')}Kafka`), () => kafkaSoftware('')],
  [/\bawsTools/, () => awsTools('')],
  [/\bstartMoto/, () => motoSoftware('')],
];

/**
 * Installs, all at once and before any test's time runs, what these test files and their imports need and is not there.
 * Where that fails nothing is said: the test that asks for the server will say it, if it is run at all.
 */
export async function installNeeded(testFiles: readonly string[]): Promise<void> {
  const texts = testsReaching(testFiles);
  const needed = NEEDS.filter(([says]) => texts.some((text) => says.test(text)));
  await Promise.allSettled(needed.map(([, install]) => install()));
}

/** The texts of the files, and of what they import, that stand outside this folder or are tests. */
function testsReaching(testFiles: readonly string[]): string[] {
  const texts = new Map<string, string>();
  const visit = (path: string) => {
    if (texts.has(path) || !existsSync(path)) return;
    if (dirname(path) === HERE && !path.endsWith('.test.ts')) return;
    const text = readFileSync(path, 'utf8');
    texts.set(path, text);
    for (const [, target = ''] of text.matchAll(/\bfrom '(\.[^']+\.ts)'/g))
      visit(join(dirname(path), target));
  };
  for (const file of testFiles) visit(file);
  return [...texts.values()];
}
