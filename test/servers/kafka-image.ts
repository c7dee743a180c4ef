import { containerSoftware } from './containers.ts';
import { formatArguments, type KafkaSoftware } from './kafka-software.ts';

const BIN = '/opt/kafka/bin';

/** Brokers of the image that Apache Kafka publishes. */
export async function kafkaImage(names: readonly string[]): Promise<KafkaSoftware> {
  const env = {
    KAFKA_HEAP_OPTS: '-Xmx256m',
    KAFKA_JVM_PERFORMANCE_OPTS: '-XX:+UseSerialGC -XX:TieredStopAtLevel=1',
    LOG_DIR: '/tmp/kafka-logs',
  };
  const image = { title: 'kafka', names, env };
  const broker = await containerSoftware({ ...image, entrypoint: [`${BIN}/kafka-server-start.sh`] });
  const storage = await containerSoftware({ ...image, entrypoint: [`${BIN}/kafka-storage.sh`] });
  return {
    description: broker.description,
    broker,
    async format(propertiesFile, place, users) {
      const { ended } = await storage.launch(formatArguments(propertiesFile, users), place);
      const end = await ended;
      if (end !== 'ended with 0') throw new Error(`formatting for Kafka ${end}; see ${place.log}`);
    },
  };
}
