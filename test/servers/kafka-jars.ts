import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cached } from './cache.ts';
import { formatArguments, type KafkaSoftware } from './kafka-software.ts';
import { onPath, runCommand } from './run-command.ts';
import { localSoftware } from './software.ts';

/** 4.4.0 names an artefact that is not published. */
export const KAFKA_VERSION = '4.3.1';

/** Without the logging binding a broker prints nothing, not even that it has started. */
const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>tidegate</groupId><artifactId>kafka-for-tests</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${KAFKA_VERSION}</version></dependency>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId><version>2.25.4</version>
    </dependency>
  </dependencies>
</project>
`;

const LOGGING = fileURLToPath(new URL('./kafka-log4j2.properties', import.meta.url));

/** Kafka as jars and a Java to run them. */
export interface KafkaJars {
  readonly description: string;
  readonly java: string;
  /** Sorted: an archive of classes holds for one spelling of the class path. */
  readonly classPath: string;
}

/** Those of an unpacked distribution that KAFKA_HOME names. */
export async function jarsOfHome(): Promise<KafkaJars> {
  const home = process.env['KAFKA_HOME'];
  if (!home) throw new Error('not set');
  const libraries = join(home, 'libs');
  if (!existsSync(libraries)) throw new Error(`no ${libraries}`);
  const [, version = 'of unknown version'] =
    /kafka-clients-(\d[\w.]*)\.jar/.exec((await readdir(libraries)).join('\n')) ?? [];
  return {
    description: `kafka ${version} (${home})`,
    java: await java(),
    classPath: await classPathOf(libraries),
  };
}

export async function jarsOfMaven(): Promise<KafkaJars> {
  const runtime = await java();
  const maven = onPath('mvn');
  if (maven === undefined) throw new Error('no mvn on the PATH');
  const folder = await cached(
    `kafka-${KAFKA_VERSION}`,
    `Apache Kafka ${KAFKA_VERSION} with Maven`,
    async (partial) => {
      await writeFile(join(partial, 'pom.xml'), POM);
      const copy = [
        'dependency:copy-dependencies',
        '-DincludeScope=runtime',
        `-DoutputDirectory=${join(partial, 'libs')}`,
      ];
      await runCommand(maven, ['-q', '-B', ...copy], { cwd: partial });
    },
  );
  return {
    description: `kafka ${KAFKA_VERSION} (Maven)`,
    java: runtime,
    classPath: await classPathOf(join(folder, 'libs')),
  };
}

async function classPathOf(libraries: string): Promise<string> {
  const jars = (await readdir(libraries)).filter((name) => name.endsWith('.jar')).toSorted();
  return jars.map((name) => join(libraries, name)).join(':');
}

async function java(): Promise<string> {
  const home = process.env['JAVA_HOME'];
  const path = home && existsSync(join(home, 'bin/java')) ? join(home, 'bin/java') : onPath('java');
  if (path === undefined) throw new Error('no java on the PATH nor in JAVA_HOME');
  const printed = await runCommand(path, ['--version'], { limitMs: 20_000 });
  const [, version = '0'] = /^\S+ (\d+)/.exec(printed) ?? [];
  if (Number(version) < 17) throw new Error(`${path} is Java ${version}; Kafka needs 17 or later`);
  return path;
}

/** How a class of Kafka is run. Small and quick to start rather than quick in the long run. */
export function javaCommand(jars: KafkaJars, options: readonly string[], heap: string): string[] {
  const quickStart = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xss512k'];
  const logging = `-Dlog4j2.configurationFile=${LOGGING}`;
  return [jars.java, `-Xmx${heap}`, ...quickStart, ...options, logging, '-cp', jars.classPath];
}

/** Brokers in processes of this machine, with `options` for their Java. */
export function localKafka(jars: KafkaJars, options: readonly string[]): KafkaSoftware {
  return {
    description: jars.description,
    broker: localSoftware(jars.description, [...javaCommand(jars, options, '256m'), 'kafka.Kafka']),
    async format(propertiesFile, _place, users) {
      const [program = '', ...args] = javaCommand(jars, options, '64m');
      const format = ['kafka.tools.StorageTool', ...formatArguments(propertiesFile, users)];
      await runCommand(program, [...args, ...format], { limitMs: 60_000 });
    },
  };
}
