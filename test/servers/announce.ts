/** Tells whoever runs the tests which servers were taken and what takes time. */
export function announce(text: string): void {
  process.stderr.write(`[test servers] ${text}\n`);
}
