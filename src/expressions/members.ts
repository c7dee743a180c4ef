import { Fault } from './evaluation.ts';
import { describe, isMap, Optional, ownMember } from './values.ts';

/** `target.key` and `target["key"]`: own properties of maps only. */
export function readMember(target: unknown, key: string): unknown {
  if (typeof target === 'object' && target !== null && Object.hasOwn(target, key) && !Array.isArray(target)) {
    const value = (target as Record<string, unknown>)[key];
    if (value !== undefined) return value;
  }
  if (target instanceof Optional) return readOptionalMember(target, key);
  if (isMap(target)) throw new Fault(`no such key: ${describe(key)}`);
  throw new Fault(`${describe(target)} has no key ${describe(key)}`);
}

/** `target[index]`: by position in a list, by key in a map. */
export function readIndex(target: unknown, index: unknown): unknown {
  if (typeof index === 'string') return readMember(target, index);
  if (Array.isArray(target)) {
    const value = readItem(target, index);
    if (value !== undefined) return value;
    throw new Fault(`index ${describe(index)} is outside a list of ${target.length}`);
  }
  if (target instanceof Optional) return readOptionalIndex(target, index);
  throw new Fault(`${describe(target)} has no index ${describe(index)}`);
}

function readItem(list: readonly unknown[], index: unknown): unknown {
  if (!Number.isInteger(index)) throw new Fault(`a list is indexed by int, not ${describe(index)}`);
  return (index as number) >= 0 && (index as number) < list.length ? list[index as number] : undefined;
}

/** `target.?key`: an optional; absent too when the target is null or itself absent. */
export function readOptionalMember(target: unknown, key: string): Optional {
  const base = target instanceof Optional ? Optional.read(target) : target;
  if (base === undefined || base === null) return Optional.none;
  if (!isMap(base)) throw new Fault(`${describe(base)} has no key ${describe(key)}`);
  return Optional.of(ownMember(base, key));
}

/** `target[?index]`. */
export function readOptionalIndex(target: unknown, index: unknown): Optional {
  const base = target instanceof Optional ? Optional.read(target) : target;
  if (typeof index === 'string') return readOptionalMember(base, index);
  if (base === undefined || base === null) return Optional.none;
  if (Array.isArray(base)) return Optional.of(readItem(base, index));
  throw new Fault(`${describe(base)} has no index ${describe(index)}`);
}

/** For `has()`: the member, or undefined where it or what should hold it is missing. */
export function findMember(target: unknown, key: string): unknown {
  const base = target instanceof Optional ? Optional.read(target) : target;
  return isMap(base) ? ownMember(base, key) : undefined;
}
