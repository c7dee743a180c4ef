import { type Page, type PageOptions, TidegateClient } from '../client/index.ts';
import { type Invocation, UsageError } from './command.ts';

/** Does something with the server that the settings name, and lets go of the connections. */
export async function withServer<T>(
  { configuration }: Invocation,
  use: (client: TidegateClient) => Promise<T>,
): Promise<T> {
  const { server, apiKey } = configuration.values;
  const client = new TidegateClient(server, { ...(apiKey !== undefined && { apiKey }) });
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

/** `WORKFLOW/RUN` */
export function runReference(text: string): { workflow: string; run: string } {
  const slash = text.indexOf('/');
  if (slash < 1 || slash === text.length - 1)
    throw new UsageError(`${JSON.stringify(text)} names no run; write WORKFLOW/RUN`);
  return { workflow: text.slice(0, slash), run: text.slice(slash + 1) };
}

const PAGE = 1000;

/** Items of all pages, `maximum` at most. */
export async function* itemsOf<T>(
  pageOf: (page: PageOptions) => Promise<Page<T>>,
  maximum: number,
): AsyncGenerator<T, void, void> {
  let cursor: string | undefined;
  for (let left = maximum; left > 0; ) {
    const page = await pageOf({ limit: Math.min(left, PAGE), ...(cursor !== undefined && { cursor }) });
    yield* page.items;
    left -= page.items.length;
    cursor = page.cursor;
    if (cursor === undefined) return;
  }
}

export const LIMIT_OPTION = { limit: { doc: 'How many at most; default 50.', value: 'NUMBER' } } as const;

export function limitOf({ options }: Invocation): number {
  const limit = options.limit ?? '50';
  if (!/^[1-9]\d{0,8}$/.test(limit))
    throw new UsageError(`--limit is ${JSON.stringify(limit)}; it must be a number`);
  return Number(limit);
}
