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
  readonly runs: readonly string[];
}

/** Gateways publish their interest here. */
export const INTEREST_CHANNEL = 'interest';
/** How long an interest lasts unless it is renewed. */
export const INTEREST_MS = 10_000;

export function channelOf(gateway: string): string {
  return `gateway:${gateway}`;
}

/** The id of a command says which gateway waits for its answer, and whether the run is watched from then on. */
export function commandIdOf(gateway: string, token: string, watches: boolean): string {
  return `${gateway}${watches ? '+' : '-'}${token}`;
}
export function askerOf(command: string): { gateway: string; watches: boolean } | undefined {
  const found = /^(gw[a-z0-9]+)([+-])/.exec(command);
  return found === null ? undefined : { gateway: found[1]!, watches: found[2] === '+' };
}
