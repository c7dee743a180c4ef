import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from './cache.ts';
import { freePorts } from './free-port.ts';
import { prepareKafka } from './kafka-node.ts';
import { type KafkaJars, type KafkaSoftware, kafkaJarsOrImage, localKafka } from './kafka-software.ts';
import { once } from './provision.ts';
import { runCommand } from './run-command.ts';

/**
 * Kafka that starts in a second or two instead of three to ten: the first start of a Java with those jars writes an archive
 * of the loaded classes, which all later starts map into memory.
 */
export const kafkaSoftware = once(async (): Promise<KafkaSoftware> => {
  const found = await kafkaJarsOrImage('');
  if ('broker' in found) return found;
  const archive = join(await archiveFolder(found), ARCHIVE);
  return localKafka(found, [
    `-XX:SharedArchiveFile=${archive}`,
    '-Xshare:auto',
    '-Xlog:cds=off',
    '-Xlog:cds+dynamic=off',
  ]);
});

const ARCHIVE = 'kafka.jsa';

/** It holds for one Java and one class path. */
async function archiveFolder(jars: KafkaJars): Promise<string> {
  const version = await runCommand(jars.java, ['--version']);
  const hash = createHash('sha256').update(`${version}\n${jars.classPath}`).digest('hex').slice(0, 12);
  return cached(`kafka-classes-${hash}`, 'an archive of the classes of Kafka', async (partial) => {
    const software = localKafka(jars, [`-XX:ArchiveClassesAtExit=${join(partial, ARCHIVE)}`]);
    const [port = 0, controllerPort = 0] = await freePorts(2);
    const broker = await prepareKafka(
      { ...software, format: localKafka(jars, []).format },
      { id: 1, port, controllerPort },
    );
    try {
      await broker.start();
      await broker.kill('SIGTERM');
    } catch (error) {
      rmSync(join(partial, ARCHIVE), { force: true });
      throw error;
    } finally {
      await broker.stop();
    }
  });
}
