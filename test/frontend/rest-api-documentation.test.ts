import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestFrontend, type TestFrontend } from './test-frontend.ts';

const page = readFileSync(new URL('../../docs/rest-api.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1] as string);

let server: TestFrontend;
let url: string;
beforeAll(async () => {
  server = await startTestFrontend();
  url = await server.frontend.listen({ port: 0 });
});
afterAll(() => server.close());

describe('docs/rest-api.md', () => {
  it('has commands that work as they stand, one after the other', async () => {
    const script = blocks.join('\n').replace(/^URL=.*$/m, `URL=${url}`);
    const failing = 'curl() { command curl --fail-with-body --noproxy "*" "$@"; }\n';
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', failing + script]);
    expect(stdout).not.toContain('"remedy"');
    expect(stdout).toContain('event: run');
    expect(stdout).toMatch(/sha256\$[0-9a-f]{16}\$[0-9a-f]{64}:read\+run/);
    const monday = await server.call('GET', '/v1/workflows/parts/runs/monday');
    expect(monday.json).toMatchObject({ status: 'SUCCEEDED', output: { parts: 2 } });
  });
});
