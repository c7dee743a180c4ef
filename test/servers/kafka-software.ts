import type { Software } from './software.ts';

/** Any 16 bytes in base64. */
export const CLUSTER_ID = 'dGlkZWdhdGUtdGVzdHMtMQ';

export interface KafkaSoftware {
  readonly description: string;
  /** Takes the path of the properties file as its argument. */
  readonly broker: Software;
  /** Makes the log folders that the properties file names, where they are not made yet, with users for SCRAM. */
  format(
    propertiesFile: string,
    place: { folder: string; log: string },
    users?: readonly ScramUser[],
  ): Promise<void>;
}

/** Who may come in by a salted password; kept in Kafka's own metadata. */
export interface ScramUser {
  readonly mechanism: 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
  readonly name: string;
  readonly password: string;
}

/** The arguments of Kafka's storage tool. */
export function formatArguments(propertiesFile: string, users: readonly ScramUser[] = []): string[] {
  return [
    ...['format', '--ignore-formatted', '-t', CLUSTER_ID, '-c', propertiesFile],
    ...users.flatMap(({ mechanism, name, password }) => [
      '--add-scram',
      `${mechanism}=[name=${name},password=${password}]`,
    ]),
  ];
}
