import type { DatabaseSync } from 'node:sqlite';
import { TidegateError } from '../../model/errors.ts';

/** Goes up with every change of the tables below. */
export const SCHEMA_VERSION = 1;

/** Ids that lead with a partition are `partition * PARTITION_SPAN + number`: an integer key is the fastest SQLite has. */
export const PARTITION_SPAN = 2 ** 40;

const TABLES = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE partitions (
  partition INTEGER PRIMARY KEY, token TEXT, epoch INTEGER, position INTEGER NOT NULL DEFAULT 0,
  checkpoint INTEGER NOT NULL DEFAULT 0, takeovers INTEGER NOT NULL DEFAULT 0, suspect INTEGER,
  finished INTEGER NOT NULL DEFAULT 0, dead_letters INTEGER NOT NULL DEFAULT 0) STRICT;
-- id: partition and number of the checkpoint
CREATE TABLE dedupe (id INTEGER PRIMARY KEY, block BLOB NOT NULL) STRICT;
-- run changes not yet folded into the tables below; see journal-codec.ts
CREATE TABLE journal (sequence INTEGER PRIMARY KEY, partition INTEGER NOT NULL, changes TEXT NOT NULL) STRICT;

-- finished_at: when an ended run ended, for retention; null while it lives
CREATE TABLE runs (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL, partition INTEGER NOT NULL, workflow TEXT NOT NULL,
  version INTEGER NOT NULL, status TEXT NOT NULL, started_at INTEGER NOT NULL, ended_at INTEGER,
  finished_at INTEGER, labels TEXT, body TEXT NOT NULL) STRICT;
-- from the hash of a run's key to its id; see run-keys.ts
CREATE TABLE run_keys (hash INTEGER NOT NULL, run INTEGER NOT NULL, PRIMARY KEY (hash, run)) STRICT, WITHOUT ROWID;
CREATE INDEX runs_by_status ON runs (status, started_at);
CREATE INDEX runs_by_workflow ON runs (workflow, status, started_at);
CREATE INDEX runs_finished ON runs (partition, finished_at) WHERE finished_at IS NOT NULL;
CREATE TABLE labels (
  name TEXT NOT NULL, value TEXT NOT NULL, started_at INTEGER NOT NULL, run INTEGER NOT NULL,
  PRIMARY KEY (name, value, started_at, run)) STRICT, WITHOUT ROWID;
-- pending: 1 for effects and timers, which a takeover reads whole
CREATE TABLE cells (
  partition INTEGER NOT NULL, pending INTEGER NOT NULL, run INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (partition, pending, run, key)) STRICT, WITHOUT ROWID;
-- entries: consecutive ones as netstrings, the first has the number \`sequence\`
CREATE TABLE history (id INTEGER PRIMARY KEY, run INTEGER NOT NULL, sequence INTEGER NOT NULL, entries TEXT NOT NULL) STRICT;
CREATE INDEX history_by_run ON history (run, sequence);

CREATE TABLE dead_letters (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, partition INTEGER NOT NULL, at INTEGER NOT NULL,
  workflow TEXT, run TEXT, letter TEXT NOT NULL) STRICT;
CREATE INDEX dead_letters_by_partition ON dead_letters (partition, sequence);
CREATE INDEX dead_letters_by_run ON dead_letters (workflow, run, sequence);
-- newest: goes on counting when the versions are deleted, so that a number never comes to mean another definition
CREATE TABLE workflow_names (name TEXT PRIMARY KEY, newest INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE workflows (
  name TEXT NOT NULL, version INTEGER NOT NULL, format TEXT NOT NULL, definition TEXT NOT NULL, created_at TEXT NOT NULL,
  PRIMARY KEY (name, version)) STRICT;
CREATE TABLE records (
  collection TEXT NOT NULL, id TEXT NOT NULL, value TEXT NOT NULL, expires_at INTEGER,
  PRIMARY KEY (collection, id)) STRICT, WITHOUT ROWID;
CREATE INDEX records_by_expiry ON records (expires_at) WHERE expires_at IS NOT NULL;

-- id: partition and offset
CREATE TABLE log (id INTEGER PRIMARY KEY, value TEXT NOT NULL) STRICT;
-- id: partition and first offset; at: time of its first record; bytes: of all records of the partition before it
CREATE TABLE log_segments (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
`;

/** Creates the tables in an empty file, or checks that those found are ours. Runs inside a transaction. */
export function prepareSchema(sql: DatabaseSync, path: string, partitions: number): void {
  const found = sql.prepare('SELECT name FROM sqlite_schema WHERE type = ?').all('table');
  if (found.length === 0) {
    sql.exec(TABLES);
    const put = sql.prepare('INSERT INTO meta (name, value) VALUES (?, ?)');
    put.run('schema_version', SCHEMA_VERSION);
    put.run('partitions', partitions);
    put.run('keys_indexed', 0);
    const add = sql.prepare('INSERT INTO partitions (partition) VALUES (?)');
    for (let partition = 0; partition < partitions; partition += 1) add.run(partition);
    return;
  }
  if (!found.some((table) => table.name === 'meta')) {
    throw new TidegateError(
      'STORE_CORRUPT',
      `${path} is a database of something else: it has no table "meta"`,
    );
  }
  const meta = new Map(
    sql
      .prepare('SELECT name, value FROM meta')
      .all()
      .map((row) => [row.name, row.value]),
  );
  if (meta.get('schema_version') !== SCHEMA_VERSION) {
    throw new TidegateError(
      'STORE_VERSION',
      `${path} has schema version ${meta.get('schema_version')}; this Tidegate reads ${SCHEMA_VERSION}`,
    );
  }
  if (meta.get('partitions') !== partitions) {
    throw new TidegateError(
      'PARTITIONS_CHANGED',
      `${path} was made with ${meta.get('partitions')} partitions; ${partitions} are configured`,
    );
  }
}
