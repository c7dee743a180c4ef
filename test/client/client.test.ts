import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TidegateClient } from '../../src/client/index.ts';
import { COUNT_TWO, event, startTestFrontend, type TestFrontend } from '../frontend/test-frontend.ts';

let server: TestFrontend;
let client: TidegateClient;
let url: string;
beforeAll(async () => {
  server = await startTestFrontend({ heartbeatMs: 10 });
  url = await server.frontend.listen({ port: 0 });
  client = new TidegateClient(url);
  await client.putWorkflow('w', 'triggers', COUNT_TWO);
});
afterAll(async () => {
  await server.close();
  await client.close();
});

const done = (id: string, run: string) => ({ ...event(id), specversion: '1.0' as const, workflow: 'w', run });

describe('the client', () => {
  it('registers, compiles, starts, publishes and lists', async () => {
    expect(await client.compile('triggers', COUNT_TWO)).toMatchObject({ valid: true });
    expect((await client.listWorkflows()).items).toMatchObject([{ name: 'w' }]);
    const run = await client.startRun('w', { id: 'a', labels: { x: 'y' } }, { idempotencyKey: 'k' });
    expect(run.status).toBe('RUNNING');
    await client.publish(done('1', 'a'));
    await client.publish([done('2', 'a')]);
    const ended = await client.startRun('w', { id: 'a', labels: { x: 'y' } }, { waitMs: 5_000 });
    expect(ended).toMatchObject({ status: 'SUCCEEDED', output: { count: 2 } });
    expect((await client.listRuns({ label: ['x', 'y'], limit: 1 })).items).toMatchObject([{ id: 'a' }]);
    expect((await client.history('w', 'a')).items).toHaveLength(3);
    expect((await client.listDeadLetters()).items).toEqual([]);
  });

  it('follows a run to its end', async () => {
    await client.startRun('w', { id: 'followed' });
    const seen: string[] = [];
    for await (const notice of client.streamRun('w', 'followed')) {
      if (notice.kind !== 'run') continue;
      seen.push(notice.run.status);
      if (seen.length === 1) await client.publish([done('1', 'followed'), done('2', 'followed')]);
    }
    expect(seen[0]).toBe('RUNNING');
    expect(seen.at(-1)).toBe('SUCCEEDED');
    const again: string[] = [];
    for await (const notice of client.streamRun('w', 'followed')) again.push(notice.kind);
    expect(again).toEqual(['run']);
  });

  it('leaves a stream by leaving the loop, and the server lets go of the run', async () => {
    await client.startRun('w', { id: 'left' });
    const watch = server.engine.gateway.watchRun.bind(server.engine.gateway);
    let left = false;
    server.engine.gateway.watchRun = async (...args) => {
      const stop = await watch(...args);
      return () => {
        left = true;
        stop();
      };
    };
    for await (const _ of client.streamRun('w', 'left')) break;
    await expect.poll(() => left).toBe(true);
    server.engine.gateway.watchRun = watch;
  });

  it('throws the error of the problem document, with code, place and diagnostics', async () => {
    await expect(client.getRun('w', 'none')).rejects.toMatchObject({
      name: 'TidegateError',
      code: 'RUN_NOT_FOUND',
    });
    await expect(client.getRun('w', 'a b/c?')).rejects.toMatchObject({ code: 'INVALID_PARAMETER' });
    await expect(client.startRun('w', { inputs: 1 } as never)).rejects.toMatchObject({
      code: 'INVALID_BODY',
      place: { pointer: '/inputs' },
      details: { diagnostics: [{ pointer: '/inputs' }] },
    });
    await expect(client.streamRun('w', 'none').next()).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
  });

  it('says so when nobody answers, or somebody else does', async () => {
    const nobody = new TidegateClient('http://127.0.0.1:1');
    await expect(nobody.ready()).rejects.toMatchObject({ code: 'TARGET_UNREACHABLE' });
    const other = createServer((_, response) => response.writeHead(502).end('<html>bad gateway'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const proxy = new TidegateClient(`http://127.0.0.1:${(other.address() as AddressInfo).port}`);
    await expect(proxy.ready()).rejects.toMatchObject({ code: 'INTERNAL', details: { status: 502 } });
    await proxy.close();
    other.close();
  });

  it('gets the end of a stream when the server closes', async () => {
    const second = await startTestFrontend();
    const its = new TidegateClient(await second.frontend.listen({ port: 0 }));
    await its.putWorkflow('w', 'triggers', COUNT_TWO);
    await its.startRun('w', { id: 'open' });
    const stream = its.streamRun('w', 'open');
    expect((await stream.next()).value).toMatchObject({ kind: 'run' });
    const waiting = its.startRun('w', { id: 'open' }, { waitMs: 60_000 });
    await expect.poll(() => its.getRun('w', 'open')).toMatchObject({ status: 'RUNNING' });
    const closed = second.close();
    expect((await stream.next()).done).toBe(true);
    expect((await waiting).status).toBe('RUNNING');
    await closed;
    await its.close();
  });
});
