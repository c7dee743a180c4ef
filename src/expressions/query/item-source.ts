import { EVENT_TYPES } from '../../model/cloud-event.ts';
import type { QueryEnvironment } from './environment.ts';

/** Where items, one after the other, were read from. */
export interface ItemsFrom {
  /** `S3://BUCKET/KEY`; of a listing `S3://BUCKET`. */
  readonly source: string;
  /** Index after the last of them. */
  readonly until: number;
}

const STATE_DATA = 'STATE_DATA';

/** `Map.Item.Source` of the context object: where the item was read from, or that the state's input had it. */
export function sourceOfItem({ event, index, readFrom }: QueryEnvironment): string {
  const sources = readFrom ?? (event?.type === EVENT_TYPES.scopeStarted ? given(event.data) : undefined);
  if (sources === undefined) return STATE_DATA;
  let from = 0;
  let to = sources.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (sources[middle]!.until <= index!) from = middle + 1;
    else to = middle;
  }
  return sources[from]?.source ?? STATE_DATA;
}

/** What the fork over items that were read gives to its scopes. */
function given(data: unknown): readonly ItemsFrom[] | undefined {
  return (data as { value?: { readFrom?: readonly ItemsFrom[] } } | null)?.value?.readFrom;
}
