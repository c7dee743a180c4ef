/** The Error Output of a failed state. */
export interface ErrorOutput {
  readonly Error?: string;
  readonly Cause?: string;
}

/** Engine codes that the language has names for; a time that ran out has an empty cause. */
const NAMES: Readonly<Record<string, string>> = {
  EFFECT_TIMEOUT: 'States.Timeout',
  HEARTBEAT_TIMEOUT: 'States.HeartbeatTimeout',
};

/** From the data of a failure's event, `{error, cause}`. */
export function errorOutput(data: unknown): ErrorOutput {
  const { error, cause } = (data ?? {}) as { error?: string | null; cause?: unknown };
  if (error === undefined || error === null) return cause == null ? {} : { Cause: asText(cause) };
  const name = NAMES[error];
  if (name !== undefined) return { Error: name, Cause: '' };
  return cause == null ? { Error: error } : { Error: error, Cause: asText(cause) };
}

function asText(cause: unknown): string {
  return typeof cause === 'string' ? cause : JSON.stringify(cause);
}
