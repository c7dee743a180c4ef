import type { Software } from './software.ts';

/** Any 16 bytes in base64. */
export const CLUSTER_ID = 'dGlkZWdhdGUtdGVzdHMtMQ';

export interface KafkaSoftware {
  readonly description: string;
  /** Takes the path of the properties file as its argument. */
  readonly broker: Software;
  /** Makes the log folders that the properties file names, where they are not made yet. */
  format(propertiesFile: string, place: { folder: string; log: string }): Promise<void>;
}
