import type { ErrorCode } from '../model/errors.ts';

/** What a command's exit code tells a script; docs/cli.md lists them. */
export const EXIT = {
  ok: 0,
  /** The run ended otherwise than SUCCEEDED, or stalled. */
  runFailed: 1,
  /** Command line or configuration. */
  usage: 2,
  /** A definition, an event or an input is not valid. */
  invalid: 3,
  /** The server answered with a problem. */
  refused: 4,
  /** The server does not answer. */
  unreachable: 5,
  /** The engine cannot start: port taken, data folder locked or damaged. */
  cannotStart: 6,
  /** A defect of Tidegate. */
  internal: 70,
  /** Ended by Ctrl-C. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const BY_CODE: { readonly [C in ErrorCode]?: ExitCode } = {
  INVALID_CONFIGURATION: EXIT.usage,
  INVALID_JSON: EXIT.invalid,
  INVALID_YAML: EXIT.invalid,
  INVALID_EVENT: EXIT.invalid,
  INVALID_DEFINITION: EXIT.invalid,
  INVALID_EXPRESSION: EXIT.invalid,
  UNSAFE_KEY: EXIT.invalid,
  RESERVED_TYPE: EXIT.invalid,
  UNSUPPORTED_FORMAT: EXIT.invalid,
  BODY_TOO_LARGE: EXIT.invalid,
  NESTING_TOO_DEEP: EXIT.invalid,
  LIMIT_EXCEEDED: EXIT.invalid,
  TARGET_UNREACHABLE: EXIT.unreachable,
  STORE_UNAVAILABLE: EXIT.cannotStart,
  STORE_FULL: EXIT.cannotStart,
  STORE_CORRUPT: EXIT.cannotStart,
  STORE_VERSION: EXIT.cannotStart,
  STORE_LOCKED: EXIT.cannotStart,
  PARTITIONS_CHANGED: EXIT.cannotStart,
  POSITION_LOST: EXIT.cannotStart,
  INTERNAL: EXIT.internal,
};

/** Of a coded error; what is not about the input was refused. */
export function exitCodeOf(code: ErrorCode): ExitCode {
  return BY_CODE[code] ?? EXIT.refused;
}
