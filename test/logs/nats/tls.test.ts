import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startNats } from '../../servers/index.ts';
import type { NatsServer } from '../../servers/running-server.ts';
import { openTestLog } from './test-log.ts';

let folder: string;
let ca: string;
let server: NatsServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-nats-tls-'));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const kind = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-keyout',
    key,
    '-out',
    certificate,
  ];
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  execFileSync('openssl', [...kind, ...name], { stdio: 'ignore' });
  ca = readFileSync(certificate, 'utf8');
  server = await startNats({ config: `tls { cert_file: "${certificate}", key_file: "${key}" }` });
});
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('the log opens over TLS with the authority of the server', async () => {
  const log = await openTestLog(server.url.replace('127.0.0.1', 'localhost'), { tls: { ca } });
  expect(await log.append(0, ['1'])).toBe(1);
  await log.close();
});

test('and says what is wrong with the certificate without it', async () => {
  await expect(
    openTestLog(server.url.replace('127.0.0.1', 'localhost'), { tls: true }),
  ).rejects.toMatchObject({
    code: 'LOG_UNAVAILABLE',
    message: expect.stringMatching(/certificate/),
  });
});
