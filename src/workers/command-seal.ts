import { createHmac, timingSafeEqual } from 'node:crypto';
import { COMMAND_PREFIX } from '../engine/index.ts';

const SEAL = /,"tidegateseal":"([A-Za-z0-9_-]{43})"\}$/;

/**
 * Signs the engine's own events, so that on a log that others write to none can be forged: HMAC-SHA256 over the event's
 * JSON text, as an extension attribute at its end. Absent where no key is configured.
 */
export class CommandSeal {
  readonly #key: string;

  constructor(key: string) {
    this.#key = key;
  }

  /** `text` is a JSON object. */
  seal(text: string): string {
    return `${text.slice(0, -1)},"tidegateseal":"${this.#digest(text)}"}`;
  }

  /** False for an event of the engine's own types that this key has not sealed. */
  accepts(type: string, text: string): boolean {
    if (!type.startsWith(COMMAND_PREFIX)) return true;
    const found = SEAL.exec(text);
    if (found === null) return false;
    const given = Buffer.from(found[1]!);
    return timingSafeEqual(given, Buffer.from(this.#digest(`${text.slice(0, found.index)}}`)));
  }

  #digest(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('base64url');
  }
}
