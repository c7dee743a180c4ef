const POLL_MS = 20;

/** Resolves when the condition holds; rejects when it has not within `limitMs`, naming what was waited for. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  { what, limitMs = 30_000, pollMs = POLL_MS }: { what: string; limitMs?: number; pollMs?: number },
): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${limitMs} ms`);
    await new Promise((done) => setTimeout(done, pollMs));
  }
}
