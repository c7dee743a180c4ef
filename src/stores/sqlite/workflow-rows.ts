import type { StatementSync } from 'node:sqlite';
import { isDeepStrictEqual } from 'node:util';
import type { Page, StoredWorkflow } from '../state-store.ts';
import type { Database } from './database.ts';

const COLUMNS = 'workflows.name, workflows.version, format, definition, created_at';
const NEWEST = `SELECT ${COLUMNS} FROM workflow_names JOIN workflows
  ON workflows.name = workflow_names.name AND workflows.version = workflow_names.newest`;
type Columns = [string, number, string, string, string];

/** Definitions by name and version. Writing methods run inside a transaction. */
export class WorkflowRows {
  readonly #newest: StatementSync;
  readonly #version: StatementSync;
  readonly #list: StatementSync;
  readonly #versions: StatementSync;
  readonly #newestVersion: StatementSync;
  readonly #nextVersion: StatementSync;
  readonly #insert: StatementSync;
  readonly #delete: StatementSync;

  constructor(db: Database) {
    this.#newest = db.prepare(`${NEWEST} WHERE workflow_names.name = ?`);
    this.#version = db.prepare(`SELECT ${COLUMNS} FROM workflows WHERE name = ? AND version = ?`);
    this.#list = db.prepare(`${NEWEST} WHERE workflow_names.name > ? ORDER BY workflow_names.name LIMIT ?`);
    this.#versions = db.prepare('SELECT version FROM workflows WHERE name = ? ORDER BY version');
    this.#newestVersion = db.prepare('SELECT max(version) FROM workflows WHERE name = ?');
    this.#nextVersion = db.prepare(
      `INSERT INTO workflow_names (name, newest) VALUES (?, 1)
       ON CONFLICT (name) DO UPDATE SET newest = newest + 1 RETURNING newest`,
    );
    this.#insert = db.prepare(
      'INSERT INTO workflows (name, version, format, definition, created_at) VALUES (?, ?, ?, ?, ?)',
    );
    this.#delete = db.prepare('DELETE FROM workflows WHERE name = ?');
  }

  put(workflow: { name: string; format: string; definition: unknown; createdAt: string }): StoredWorkflow {
    const { name, format, createdAt } = workflow;
    const text = JSON.stringify(workflow.definition);
    const definition: unknown = JSON.parse(text);
    const newest = this.get(name);
    if (newest?.format === format && isDeepStrictEqual(newest.definition, definition)) return newest;
    const [version] = this.#nextVersion.get(name) as unknown as [number];
    this.#insert.run(name, version, format, text, createdAt);
    return { name, version, format, definition, createdAt };
  }

  get(name: string, version?: number): StoredWorkflow | undefined {
    const row = version === undefined ? this.#newest.get(name) : this.#version.get(name, version);
    return row && toWorkflow(row as unknown as Columns);
  }

  list(page: { cursor?: string; limit: number }): Page<StoredWorkflow> {
    const rows = this.#list.all(page.cursor ?? '', page.limit + 1) as unknown as Columns[];
    const items = rows.slice(0, page.limit).map(toWorkflow);
    const last = items.at(-1);
    return rows.length > page.limit && last ? { items, cursor: last.name } : { items };
  }

  versions(name: string): number[] {
    return (this.#versions.all(name) as unknown as [number][]).map(([version]) => version);
  }

  newestVersion(name: string): number | undefined {
    const [version] = this.#newestVersion.get(name) as unknown as [number | null];
    return version ?? undefined;
  }

  delete(name: string): boolean {
    return this.#delete.run(name).changes > 0;
  }
}

function toWorkflow([name, version, format, definition, createdAt]: Columns): StoredWorkflow {
  return { name, version, format, definition: JSON.parse(definition), createdAt };
}
