import { type ErrorCode, TidegateError } from '../../model/errors.ts';

/** SQLite's primary result codes (sqlite.org/rescode.html) that have a remedy of their own. */
const CODES: Readonly<Record<number, ErrorCode>> = {
  5: 'STORE_LOCKED', // BUSY
  6: 'STORE_LOCKED', // LOCKED
  7: 'STORE_UNAVAILABLE', // NOMEM
  8: 'STORE_UNAVAILABLE', // READONLY
  10: 'STORE_UNAVAILABLE', // IOERR
  11: 'STORE_CORRUPT', // CORRUPT
  13: 'STORE_FULL', // FULL
  14: 'STORE_UNAVAILABLE', // CANTOPEN
  26: 'STORE_CORRUPT', // NOTADB
};

/** The coded error for what `node:sqlite` threw; anything else comes back as it is. */
export function toStoreError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || error instanceof TidegateError) return error;
  const { errcode } = error as { errcode?: unknown };
  if (typeof errcode !== 'number') return error;
  const code = CODES[errcode & 0xff] ?? 'INTERNAL';
  return new TidegateError(code, `${path}: ${error.message} (SQLite ${errcode})`, { cause: error });
}
