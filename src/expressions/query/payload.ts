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

function fits(value: unknown, room: Room, depth: number): boolean {
  switch (typeof value) {
    case 'string':
      room.bytes -= value.length + 2;
      // A character takes up to three bytes; only near the bound is it worth counting.
      if (room.bytes >= 0 && room.bytes < value.length * 2)
        room.bytes -= Buffer.byteLength(value) - value.length;
      return room.bytes >= 0;
    case 'object':
      break;
    default:
      room.bytes -= typeof value === 'number' ? String(value).length : 5;
      return room.bytes >= 0;
  }
  room.bytes -= 4;
  if (value === null) return room.bytes >= 0;
  if (depth >= room.depth) return false;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      room.bytes--;
      if (!fits(value[i], room, depth + 1)) return false;
    }
    return room.bytes >= 0;
  }
  for (const key in value) {
    room.bytes -= key.length + 4;
    if (!fits((value as Record<string, unknown>)[key], room, depth + 1)) return false;
  }
  return room.bytes >= 0;
}
