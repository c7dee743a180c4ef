import { withClassArchive } from './kafka-class-archive.ts';
import { kafkaImage } from './kafka-image.ts';
import { jarsOfHome, jarsOfMaven, KAFKA_VERSION } from './kafka-jars.ts';
import type { KafkaSoftware } from './kafka-software.ts';
import { once, provide } from './provision.ts';

const IMAGES = [`apache/kafka:${KAFKA_VERSION}`, 'apache/kafka:latest'];

/** Kafka from the first place that has it. */
export const kafkaSoftware = once(() =>
  provide<KafkaSoftware>(
    'Apache Kafka',
    [
      { name: 'Docker', find: () => kafkaImage(IMAGES) },
      { name: 'KAFKA_HOME', find: async () => withClassArchive(await jarsOfHome()) },
      { name: 'Maven', find: async () => withClassArchive(await jarsOfMaven()) },
    ],
    `install Java 17 or later and Maven, set KAFKA_HOME, docker pull ${IMAGES[0]}, or name a running one in TIDEGATE_TEST_KAFKA_BROKERS.`,
  ),
);
