import { TidegateError } from '../../model/errors.ts';

/** Digits of a time in a key of an index, so that the order of texts is the order of times. */
const TIME_DIGITS = 13;
const LAST_TIME = 10 ** TIME_DIGITS - 1;

/**
 * Names of all keys. What belongs to a partition stands under one hash tag, so that one node of a Cluster holds it;
 * what belongs to none under another.
 */
export class StoreKeys {
  readonly #prefix: string;
  /** Of what belongs to no partition. */
  readonly global: string;
  readonly installation: string;
  readonly workflows: string;
  readonly lastVersions: string;
  readonly expiries: string;
  readonly members: string;
  readonly leases: string;
  readonly lastEpochs: string;
  /** Never exists. A script that is told of it is refused with TRYAGAIN while a Cluster moves the slot. */
  readonly absent: string;

  /** Throws INVALID_CONFIGURATION for a prefix that would break the hash tags. */
  constructor(prefix: string) {
    if (!/^[A-Za-z0-9_.:-]{1,64}$/.test(prefix)) {
      throw new TidegateError(
        'INVALID_CONFIGURATION',
        `The Redis key prefix "${prefix}" must be 1 to 64 letters, digits, "_", ".", ":" or "-"`,
      );
    }
    this.#prefix = prefix;
    this.global = `{${prefix}}:`;
    this.installation = `${this.global}installation`;
    this.workflows = `${this.global}workflows`;
    this.lastVersions = `${this.global}last-versions`;
    this.expiries = `${this.global}record-expiries`;
    this.members = `${this.global}members`;
    this.leases = `${this.global}leases`;
    this.lastEpochs = `${this.global}last-epochs`;
    this.absent = `${this.global}absent`;
  }

  /** Prefix of what belongs to the partition. */
  of(partition: number): string {
    return `{${this.#prefix}:${partition}}:`;
  }
  /** The keys a script about a partition is called with. */
  scriptKeys(partition: number): [partition: string, absent: string] {
    const prefix = this.of(partition);
    return [`${prefix}partition`, `${prefix}absent`];
  }
  /** The keys a script about what belongs to no partition is called with. */
  get globalScriptKeys(): [workflows: string, absent: string] {
    return [this.workflows, this.absent];
  }
  versions(name: string): string {
    return `${this.global}versions:${name}`;
  }
  workflow(name: string, version: number | string): string {
    return `${this.global}workflow:${name}:${version}`;
  }
  records(collection: string): string {
    return `${this.global}records:${collection}`;
  }
  /** The channel of a notice. */
  channel(name: string): string {
    return `${this.#prefix}:notices:${name}`;
  }
}

/** A time in milliseconds as the indexes have it. */
export function timeText(ms: number): string {
  return String(Math.min(Math.max(Math.trunc(ms), 0), LAST_TIME)).padStart(TIME_DIGITS, '0');
}
