import { join } from 'node:path';
import type { StateStore, StoreOptions } from '../stores/index.ts';
import { Database, SqliteStore } from '../stores/sqlite/index.ts';
import type { EventLog } from './event-log.ts';
import { SqliteLog, type SqliteLogOptions } from './sqlite-log.ts';

export interface EmbeddedOptions extends StoreOptions, SqliteLogOptions {
  /** Holds `tidegate.db`; made if it is missing. */
  readonly dataDir: string;
  /** `full` (default): what was acknowledged survives a power cut. `normal`: it survives a crash of the process only. */
  readonly synchronous?: 'full' | 'normal' | undefined;
  /** `tidegate.db` grows no further than this; then writes are refused with STORE_FULL. Default: as the disk allows. */
  readonly maxBytes?: number | undefined;
}

export interface Embedded {
  readonly log: EventLog;
  readonly store: StateStore;
  /** Writes what waits and lets go of the data folder; closing log or store does the same. */
  close(): Promise<void>;
}

/**
 * Log and store in one file under one group commit, so that an append and a checkpoint may share an fsync.
 * Rejects with STORE_LOCKED, STORE_CORRUPT, STORE_VERSION, PARTITIONS_CHANGED, STORE_FULL or STORE_UNAVAILABLE.
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const path = join(options.dataDir, 'tidegate.db');
  const { partitions, synchronous, maxBytes } = options;
  const db = new Database({ path, partitions, synchronous, maxBytes });
  try {
    const store = new SqliteStore(db, options);
    const log = new SqliteLog(db, options);
    return { log, store, close: () => log.close() };
  } catch (error) {
    db.close();
    throw error;
  }
}
