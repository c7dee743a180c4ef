import type { RunNotice } from './gateway.ts';
import type { CommandReply } from './partition-ports.ts';

/** What goes between gateways and the owners of partitions in other processes, as JSON texts of the store's notices. */
export type ToGateway =
  | { readonly command: string; readonly reply: CommandReply }
  /** `notice` absent: the run has changed, and is too large to be told of. */
  | { readonly run: string; readonly notice?: RunNotice };

/** A gateway that wants to be told of these runs for a while. */
export interface Interest {
  readonly gateway: string;
  /** Whose end is awaited. */
  readonly ends: readonly string[];
  /** Of which everything is told. */
  readonly all: readonly string[];
}

/** Gateways publish their interest here. */
export const INTEREST_CHANNEL = 'interest';
/** How long an interest lasts unless it is renewed. */
export const INTEREST_MS = 10_000;

export function channelOf(gateway: string): string {
  return `gateway:${gateway}`;
}

/** The id of a command says which gateway waits for its answer, and whether for the end of its run too. */
export function commandIdOf(gateway: string, token: string, awaitsEnd: boolean): string {
  return `${gateway}${awaitsEnd ? '+' : '-'}${token}`;
}
export function askerOf(command: string): { gateway: string; awaitsEnd: boolean } | undefined {
  const found = /^(gw[a-z0-9]+)([+-])/.exec(command);
  return found === null ? undefined : { gateway: found[1]!, awaitsEnd: found[2] === '+' };
}
