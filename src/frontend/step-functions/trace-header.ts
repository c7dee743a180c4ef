/** The W3C trace context that an X-Ray trace header (`Root=1-...;Parent=...;Sampled=1`) speaks of; undefined for one without root and parent. */
export function traceparentOfHeader(header: string): string | undefined {
  const root = /(?:^|;)\s*Root=1-([0-9a-f]{8})-([0-9a-f]{24})\s*(?:;|$)/.exec(header);
  const parent = /(?:^|;)\s*Parent=([0-9a-f]{16})\s*(?:;|$)/.exec(header);
  if (root === null || parent === null) return undefined;
  const sampled = /(?:^|;)\s*Sampled=0\s*(?:;|$)/.test(header) ? '00' : '01';
  return `00-${root[1]}${root[2]}-${parent[1]}-${sampled}`;
}
