import { Failure } from '../../model/failure.ts';
import type { Limits } from '../../model/limits.ts';

/** Bytes and levels that a walk over a payload may still meet. */
interface Room {
  bytes: number;
  readonly depth: number;
}

/**
 * Throws States.DataLimitExceeded where the value's JSON is larger than the limit `payloadBytes`, or nested deeper than `jsonDepth`
 * and what expressions may add. A loop that wraps its own input would go on for ever without it.
 */
export function requirePayload(value: unknown, state: string, limits: Limits): void {
  const room: Room = { bytes: limits.payloadBytes, depth: limits.jsonDepth + limits.expressionDepth };
  if (fits(value, room, 0)) return;
  const reason =
    room.bytes < 0
      ? `The state/task '${state}' returned a result with a size exceeding the maximum number of bytes service limit.`
      : `The state/task '${state}' returned a result that is nested deeper than ${room.depth} levels.`;
  throw new Failure('States.DataLimitExceeded', reason, { whole: true });
}

/** Takes the bytes that the value has as JSON out of the room, until there is none left. */
function fits(value: unknown, room: Room, depth: number): boolean {
  if (typeof value === 'string') room.bytes -= textBytes(value);
  else if (typeof value !== 'object' || value === null) room.bytes -= String(value).length;
  else if (depth >= room.depth) return false;
  else if (Array.isArray(value)) {
    room.bytes -= 2 + Math.max(0, value.length - 1);
    for (let i = 0; i < value.length; i++) if (!fits(value[i], room, depth + 1)) return false;
  } else {
    // A brace, and of each member its colon and a comma or the other brace.
    room.bytes -= 1;
    let isEmpty = true;
    for (const key in value) {
      isEmpty = false;
      room.bytes -= textBytes(key) + 2;
      if (!fits((value as Record<string, unknown>)[key], room, depth + 1)) return false;
    }
    if (isEmpty) room.bytes -= 1;
  }
  return room.bytes >= 0;
}

const QUOTE = 34;
const BACKSLASH = 92;

function textBytes(text: string): number {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const isPlain = code >= 32 && code < 127 && code !== QUOTE && code !== BACKSLASH;
    if (!isPlain) return Buffer.byteLength(JSON.stringify(text));
  }
  return text.length + 2;
}
