import type { BlockList } from 'node:net';
import { TidegateError } from '../model/errors.ts';
import { inBlock, parseBlock, plainAddress, specialRangeOf } from './address-ranges.ts';
import { effectError } from './effect-error.ts';

export interface AddressPolicy {
  /** 127.0.0.0/8 and ::1 may be called. */
  readonly allowLoopback: boolean;
  /**
   * Addresses, CIDR blocks and host names (`billing.internal`, `*.internal`) that may be called wherever they lie:
   * TIDEGATE_ALLOW_ADDRESSES.
   */
  readonly allow?: readonly string[];
}

/**
 * Keeps outgoing calls from reaching what only the inside of a network should reach: loopback, private networks, the
 * metadata services of clouds. It judges addresses, at the moment of connecting, so no name can lead around it.
 */
export class AddressGuard {
  readonly #blocks: readonly BlockList[];
  readonly #hosts: ReadonlySet<string>;
  readonly #suffixes: readonly string[];

  /** Throws INVALID_CONFIGURATION for an entry of `allow` that is neither an address, a block nor a host name. */
  constructor({ allowLoopback, allow = [] }: AddressPolicy) {
    const blocks = allowLoopback ? [parseBlock('127.0.0.0/8')!, parseBlock('::1')!] : [];
    const hosts = new Set<string>();
    const suffixes: string[] = [];
    for (const entry of allow) {
      const block = parseBlock(entry);
      if (block) blocks.push(block);
      else if (!HOST.test(entry) || ENDS_IN_NUMBER.test(entry)) throw unreadable(entry);
      else if (entry.startsWith('*.')) suffixes.push(canonical(entry.slice(1)));
      else hosts.add(canonical(entry));
    }
    this.#blocks = blocks;
    this.#hosts = hosts;
    this.#suffixes = suffixes;
  }

  /** Throws TARGET_FORBIDDEN where a call to `host` must not connect to `address`. */
  check(host: string, address: string): void {
    const name = canonical(host);
    if (this.#hosts.has(name) || this.#suffixes.some((suffix) => name.endsWith(suffix))) return;
    const plain = plainAddress(address);
    const range = plain === undefined ? 'not readable' : specialRangeOf(plain);
    if (range === undefined || this.#blocks.some((block) => inBlock(block, plain!))) return;
    const place = host === address ? address : `${host} is at ${address}, which`;
    throw effectError(
      'TARGET_FORBIDDEN',
      `${place} is ${range} and must not be called; allow the address or the host in TIDEGATE_ALLOW_ADDRESSES if it is meant to be`,
    );
  }
}

const HOST = /^(?:\*\.)?[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\.?$/i;
/** Nothing of that shape is a name (https://url.spec.whatwg.org/#ends-in-a-number-checker): a mistyped address. */
const ENDS_IN_NUMBER = /(?:^|\.)(?:\d+|0x[0-9a-f]*)\.?$/i;

function canonical(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}

function unreadable(entry: string): TidegateError {
  return new TidegateError(
    'INVALID_CONFIGURATION',
    `TIDEGATE_ALLOW_ADDRESSES holds ${JSON.stringify(entry)}, which is neither an address, a CIDR block such as 10.1.0.0/16 nor a host name`,
  );
}
