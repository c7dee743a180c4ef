import type { ReadConfiguration } from './configuration.ts';
import { startTidegate, type Tidegate, type TidegateOptions } from './embedded.ts';
import { loadFunctions } from './function-module.ts';
import { createLogger } from './logger.ts';

/** The embedded engine as the settings say, save what the command decides by itself. */
export async function startConfigured(
  { values }: ReadConfiguration,
  decided: Pick<TidegateOptions, 'dataDir'> & { readonly port?: number } = {},
): Promise<Tidegate> {
  const { host, partitions, synchronous, retentionMs, allowAddresses, secretsDir, baseUrl, apiKeys } = values;
  const dataDir = decided.dataDir ?? values.dataDir;
  return startTidegate({
    dataDir,
    partitions,
    synchronous,
    allowAddresses,
    limits: values.limits,
    functions: await loadFunctions(values.functions),
    logger: createLogger(values.logLevel),
    frontend: { host, port: decided.port ?? values.port, apiKeys },
    ...(retentionMs !== undefined && { retentionMs }),
    ...(secretsDir !== undefined && { secretsDir }),
    ...(baseUrl !== undefined && { baseUrl }),
  });
}
