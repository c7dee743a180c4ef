/** One way to come by a server's software; throws the reason where it is not possible here. */
export interface Way<Software> {
  readonly name: string;
  find(): Promise<Software>;
}

/** No way led to the server. The message says what was tried and how to provide one. */
export class ServerUnavailableError extends Error {
  override readonly name = 'ServerUnavailableError';
}

/** The first way that leads somewhere. */
export async function provide<Software>(
  server: string,
  ways: readonly Way<Software>[],
  remedy: string,
): Promise<Software> {
  const refusals: string[] = [];
  for (const way of ways) {
    try {
      return await way.find();
    } catch (error) {
      refusals.push(`  - ${way.name}: ${(error as Error).message}`);
    }
  }
  throw new ServerUnavailableError(
    `No ${server} for the tests. Tried:\n${refusals.join('\n')}\nTo provide one: ${remedy}`,
  );
}

/** The same promise for the same key, so that a process looks for software once. */
export function once<Value>(find: (key: string) => Promise<Value>): (key: string) => Promise<Value> {
  const found = new Map<string, Promise<Value>>();
  return (key) => {
    let value = found.get(key);
    if (value === undefined) {
      value = find(key);
      found.set(key, value);
    }
    return value;
  };
}
