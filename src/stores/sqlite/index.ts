export { Database, type DatabaseOptions, type Participant } from './database.ts';
export { PARTITION_SPAN } from './schema.ts';
export { SqliteStore } from './sqlite-store.ts';
