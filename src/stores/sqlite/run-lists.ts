import type { StatementSync } from 'node:sqlite';
import { RUN_STATUSES } from '../../model/run.ts';
import { decodePlace, encodePlace, type Place } from '../page-cursor.ts';
import type { Page, RunFilter, RunHead } from '../state-store.ts';
import type { Database } from './database.ts';
import { HEAD_COLUMNS, toHead } from './run-rows.ts';

const RANGE = 'started_at >= ? AND started_at <= ? AND (started_at < ? OR (started_at = ? AND id < ?))';
const ORDER = 'ORDER BY started_at DESC, id DESC LIMIT ?';

/**
 * Lists of folded runs, newest first. Each list is a range of an index per status, and the ranges are merged here;
 * so a filter that few runs pass costs no more than one that all do.
 */
export class RunLists {
  readonly #byStatus: StatementSync;
  readonly #byWorkflow: StatementSync;
  readonly #byLabel: StatementSync;
  readonly #head: StatementSync;

  constructor(db: Database) {
    this.#byStatus = db.prepare(
      `SELECT started_at, id FROM runs INDEXED BY runs_by_status WHERE status = ? AND ${RANGE} ${ORDER}`,
    );
    this.#byWorkflow = db.prepare(
      `SELECT started_at, id FROM runs INDEXED BY runs_by_workflow
       WHERE workflow = ? AND status = ? AND ${RANGE} ${ORDER}`,
    );
    this.#byLabel = db.prepare(
      `SELECT started_at, id FROM (
         SELECT labels.started_at AS started_at, runs.id AS id FROM labels JOIN runs ON runs.id = labels.run
         WHERE labels.name = ? AND labels.value = ?
         AND (?3 IS NULL OR runs.workflow = ?3) AND (?4 IS NULL OR runs.status = ?4))
       WHERE ${RANGE} ${ORDER}`,
    );
    this.#head = db.prepare(`SELECT ${HEAD_COLUMNS} FROM runs WHERE id = ?`);
  }

  list(filter: RunFilter, page: { cursor?: string; limit: number }): Page<RunHead> {
    const [major, minor] = page.cursor === undefined ? [MAX, MAX] : decodePlace(page.cursor);
    const range = [
      filter.startedFrom ?? 0,
      filter.startedTo ?? MAX,
      major,
      major,
      minor,
      page.limit + 1,
    ] as const;
    const found = this.#places(filter, range);
    const items = found
      .slice(0, page.limit)
      .map(([, id]) => toHead(this.#head.get(id) as unknown as unknown[]));
    const last = found[page.limit - 1];
    return found.length > page.limit && last ? { items, cursor: encodePlace(last) } : { items };
  }

  #places(filter: RunFilter, range: readonly number[]): Place[] {
    const { workflow, status, label } = filter;
    if (label !== undefined) {
      return this.#byLabel.all(
        label[0],
        label[1],
        workflow ?? null,
        status ?? null,
        ...range,
      ) as unknown as Place[];
    }
    const places: Place[] = [];
    for (const one of status === undefined ? RUN_STATUSES : [status]) {
      const rows =
        workflow === undefined
          ? this.#byStatus.all(one, ...range)
          : this.#byWorkflow.all(workflow, one, ...range);
      places.push(...(rows as unknown as Place[]));
    }
    return places.sort((a, b) => b[0] - a[0] || b[1] - a[1]);
  }
}

const MAX = Number.MAX_SAFE_INTEGER;
