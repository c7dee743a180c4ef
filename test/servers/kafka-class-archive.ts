import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { cached } from './cache.ts';
import { freePorts } from './free-port.ts';
import { type KafkaJars, localKafka } from './kafka-jars.ts';
import { prepareKafka } from './kafka-node.ts';
import type { KafkaSoftware } from './kafka-software.ts';
import { runCommand } from './run-command.ts';

const ARCHIVE = 'kafka.jsa';

/**
 * Kafka that starts in a second or two instead of three to ten: the first start of a Java with those jars writes an archive
 * of the loaded classes, which all later starts map into memory.
 */
export async function withClassArchive(jars: KafkaJars): Promise<KafkaSoftware> {
  const archive = join(await archiveFolder(jars), ARCHIVE);
  return localKafka(jars, [`-XX:SharedArchiveFile=${archive}`, '-Xlog:cds=off', '-Xlog:cds+dynamic=off']);
}

/** It holds for one Java and one class path. */
async function archiveFolder(jars: KafkaJars): Promise<string> {
  const version = await runCommand(jars.java, ['--version']);
  const hash = createHash('sha256').update(`${version}\n${jars.classPath}`).digest('hex').slice(0, 12);
  return cached(`kafka-classes-${hash}`, 'an archive of the classes of Kafka', async (partial) => {
    const { broker } = localKafka(jars, [`-XX:ArchiveClassesAtExit=${join(partial, ARCHIVE)}`]);
    const [port = 0, controllerPort = 0] = await freePorts(2);
    const server = await prepareKafka({ ...localKafka(jars, []), broker }, { id: 1, port, controllerPort });
    try {
      await server.start();
      await server.kill('SIGTERM');
    } finally {
      await server.stop();
    }
  });
}
