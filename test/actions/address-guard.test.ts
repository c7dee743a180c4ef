import { describe, expect, it } from 'vitest';
import { AddressGuard, type AddressPolicy } from '../../src/actions/address-guard.ts';
import { TidegateError } from '../../src/model/errors.ts';
import { failure, neverAborted, outgoing } from './calls.ts';
import { startServer } from './local-server.ts';

const NO_LOOPBACK = { allowLoopback: false };

function verdict(address: string, policy: AddressPolicy, host = address): 'allowed' | string {
  try {
    new AddressGuard(policy).check(host, address);
    return 'allowed';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('the address guard', () => {
  it.each([
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '100.64.0.1',
    '100.100.100.200',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.255.254',
    '168.63.129.16',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:a00:1',
    '0:0:0:0:0:ffff:169.254.169.254',
    '64:ff9b::10.0.0.1',
    '64:ff9b:1::8.8.8.8',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '2002:808:808::',
    '3fff::1',
    '4000::1',
    '5f00::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    'no address',
  ])('forbids %s', (address) => {
    expect(verdict(address, NO_LOOPBACK)).toContain(address);
    expect(verdict(address, NO_LOOPBACK)).toContain('TIDEGATE_ALLOW_ADDRESSES');
  });

  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '223.255.255.255',
    '::ffff:8.8.8.8',
    '64:ff9b::8.8.8.8',
    '2606:4700:4700::1111',
    '2a00:1450:4001:81b::200e',
  ])('lets %s pass', (address) => {
    expect(verdict(address, NO_LOOPBACK)).toBe('allowed');
  });

  it.each(['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1'])(
    'lets %s pass where the loopback is allowed',
    (address) => {
      expect(verdict(address, { allowLoopback: true })).toBe('allowed');
      expect(verdict('10.0.0.1', { allowLoopback: true })).not.toBe('allowed');
      expect(verdict('0.0.0.0', { allowLoopback: true })).not.toBe('allowed');
    },
  );

  it.each([
    ['10.1.0.0/16', '10.1.255.255', '10.2.0.0'],
    ['10.1.2.3', '10.1.2.3', '10.1.2.4'],
    ['10.1.0.0/16', '::ffff:10.1.0.1', '::ffff:10.2.0.1'],
    ['fd12:3456::/32', 'fd12:3456::1', 'fd12:3457::1'],
    ['0.0.0.0/0', '169.254.169.254', '::1'],
  ])('allows %s: %s passes, %s does not', (allow, inside, outside) => {
    expect(verdict(inside, { allowLoopback: false, allow: [allow] })).toBe('allowed');
    expect(verdict(outside, { allowLoopback: false, allow: [allow] })).not.toBe('allowed');
  });

  it.each([
    ['billing.internal', 'Billing.Internal.', 'x.billing.internal'],
    ['*.internal', 'a.b.internal', 'internal'],
    ['localhost', 'localhost', 'localhost.example'],
  ])('allows the host %s: %s passes, %s does not', (allow, host, other) => {
    expect(verdict('10.0.0.1', { allowLoopback: false, allow: [allow] }, host)).toBe('allowed');
    expect(verdict('10.0.0.1', { allowLoopback: false, allow: [allow] }, other)).not.toBe('allowed');
  });

  it.each([
    '10.0.0.0/33',
    '10.0.0/8',
    '10.0.0.256',
    '::/129',
    'http://a',
    'a/b',
    '',
    '10.0.0.0/',
    '*',
    'fe80::1%eth0',
  ])('refuses to start with %j in the allow list', (entry) => {
    const make = () => new AddressGuard({ allowLoopback: false, allow: [entry] });
    expect(make).toThrow(TidegateError);
    expect(make).toThrow(JSON.stringify(entry));
  });
});

const failureCode = async (call: Promise<unknown>) => (await failure(call)).code;

describe('a call to a forbidden address', () => {
  const get = (url: string) => ({
    method: 'GET' as const,
    url,
    headers: {},
    signal: neverAborted,
    maxResponseBytes: 1_000,
  });

  it.each([
    'http://127.0.0.1:PORT/',
    'http://localhost:PORT/',
    'http://2130706433:PORT/',
    'http://0177.0.0.1:PORT/',
    'http://0x7f.1:PORT/',
    'http://127.1:PORT/',
    'http://１２７.0.0.1:PORT/',
    'http://[::1]:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://[::ffff:7f00:1]:PORT/',
    'http://0.0.0.0:PORT/',
    'http://0:PORT/',
    'https://127.0.0.1:PORT/',
  ])('never connects: %s', async (form) => {
    const server = await startServer((_, response) => response.end('inside'));
    const calls = outgoing({ allowLoopback: false });
    const failed = await failure(calls.request(get(form.replace('PORT', String(server.port)))));
    expect(failed).toMatchObject({ code: 'TARGET_FORBIDDEN', retryable: false });
    expect(server.connections).toBe(0);
  });

  it('is refused by the address behind the name, and says both', async () => {
    const calls = outgoing({ resolve: async () => [{ address: '169.254.169.254', family: 4 }] });
    const failed = await failure(calls.request(get('http://metadata.example/latest')));
    expect(failed).toMatchObject({ code: 'TARGET_FORBIDDEN', retryable: false });
    expect(failed.message).toContain('metadata.example is at 169.254.169.254');
    expect(failed.message).toContain('TIDEGATE_ALLOW_ADDRESSES');
  });

  it('is refused when only one of the addresses behind the name is forbidden', async () => {
    const server = await startServer((_, response) => response.end('inside'));
    const calls = outgoing({
      resolve: async () => [
        { address: '127.0.0.1', family: 4 },
        { address: '10.0.0.1', family: 4 },
      ],
    });
    expect(await failure(calls.request(get(`http://both.example:${server.port}/`)))).toMatchObject({
      code: 'TARGET_FORBIDDEN',
    });
    expect(server.connections).toBe(0);
  });

  it('connects to the very address that was checked, whatever the name says next', async () => {
    const server = await startServer((_, response) => response.end('the checked one'));
    const answers = ['127.0.0.1', '10.0.0.1', '10.0.0.1'];
    let asked = 0;
    const calls = outgoing({
      allowLoopback: false,
      allow: ['127.0.0.1'],
      resolve: async () => [{ address: answers[asked++] ?? '10.0.0.1', family: 4 }],
    });
    const url = `http://rebinding.example:${server.port}/`;
    expect((await calls.request(get(url))).body.toString()).toBe('the checked one');
    expect(asked).toBe(1);
    expect(server.received[0]?.headers.host).toBe(`rebinding.example:${server.port}`);

    server.server.closeAllConnections();
    await expect.poll(() => failureCode(calls.request(get(url)))).toBe('TARGET_FORBIDDEN');
    expect(server.received).toHaveLength(1);
  });

  it('is made where the configuration allows the host', async () => {
    const server = await startServer((_, response) => response.end('inside'));
    const calls = outgoing({
      allowLoopback: false,
      allow: ['*.internal'],
      resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    });
    expect((await calls.request(get(`http://billing.internal:${server.port}/`))).status).toBe(200);
  });
});
