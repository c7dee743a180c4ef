import { type ErrorCode, TidegateError } from '../../model/errors.ts';

/** First words of Redis' error replies that have a remedy of their own. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  OOM: 'STORE_FULL',
  MISCONF: 'STORE_FULL', // it can't write to its disk
  NOAUTH: 'ACCESS_DENIED',
  WRONGPASS: 'ACCESS_DENIED',
  NOPERM: 'ACCESS_DENIED',
  READONLY: 'STORE_UNAVAILABLE',
  LOADING: 'STORE_UNAVAILABLE',
  MASTERDOWN: 'STORE_UNAVAILABLE',
  NOREPLICAS: 'STORE_UNAVAILABLE',
  BUSY: 'STORE_UNAVAILABLE', // a script of somebody's runs on
  CLUSTERDOWN: 'STORE_UNAVAILABLE',
  TRYAGAIN: 'STORE_UNAVAILABLE', // the slot is being moved
  MOVED: 'STORE_UNAVAILABLE',
  ASK: 'STORE_UNAVAILABLE',
  WRONGTYPE: 'STORE_CORRUPT',
};

/**
 * The coded error for what a command was rejected with. What is no reply of Redis' is trouble of the connection:
 * `lastTrouble` says more of it where there is more to say.
 */
export function toStoreError(error: unknown, lastTrouble?: Error): unknown {
  if (!(error instanceof Error) || error instanceof TidegateError) return error;
  const text = replyOf(error) ?? (lastTrouble && replyOf(lastTrouble));
  if (text === undefined) {
    const why = lastTrouble === undefined ? error.message : `${error.message} (${lastTrouble.message})`;
    return new TidegateError('STORE_UNAVAILABLE', `Redis does not answer: ${why}`, { cause: error });
  }
  return new TidegateError(codeOf(text), `Redis: ${text}`, { cause: error });
}

function codeOf(reply: string): ErrorCode {
  const word = /^[A-Z]+/.exec(reply)?.[0] ?? '';
  if (/^ERR (AUTH|invalid password)/.test(reply)) return 'ACCESS_DENIED';
  if (/^ERR max number of clients/.test(reply)) return 'STORE_UNAVAILABLE';
  return CODES[word] ?? 'INTERNAL';
}

/** The text of an error reply, also where the client wraps it; undefined for any other error. */
function replyOf(error: Error): string | undefined {
  if (error.name === 'ReplyError') return error.message;
  const redirected = /^Too many Cluster redirections\. Last error: (?:ReplyError: )?(.*)$/s.exec(
    error.message,
  );
  if (redirected !== null) return redirected[1];
  const { lastNodeError } = error as { lastNodeError?: unknown };
  return lastNodeError instanceof Error ? replyOf(lastNodeError) : undefined;
}
