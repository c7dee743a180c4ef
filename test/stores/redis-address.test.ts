import { expect, test } from 'vitest';
import { parseRedisUrl } from '../../src/stores/redis/redis-address.ts';

const node = (host: string, port: number) => ({ host, port });

test.each([
  ['redis://h', { mode: 'single', nodes: [node('h', 6379)], tls: false, db: 0 }],
  ['redis://h:7/2', { mode: 'single', nodes: [node('h', 7)], tls: false, db: 2 }],
  ['redis://[::1]:7/', { mode: 'single', nodes: [node('::1', 7)], tls: false, db: 0 }],
  [
    'rediss://me:p%40ss%2F@h:7',
    { mode: 'single', nodes: [node('h', 7)], tls: true, username: 'me', password: 'p@ss/', db: 0 },
  ],
  ['redis://:secret@h', { mode: 'single', nodes: [node('h', 6379)], tls: false, password: 'secret', db: 0 }],
  ['redis://a:1,b:2', { mode: 'cluster', nodes: [node('a', 1), node('b', 2)], tls: false, db: 0 }],
  ['rediss+cluster://a', { mode: 'cluster', nodes: [node('a', 6379)], tls: true, db: 0 }],
  [
    'redis+sentinel://:p@a,b:2/main/3?sentinelPassword=s',
    {
      mode: 'sentinel',
      nodes: [node('a', 26_379), node('b', 2)],
      tls: false,
      password: 'p',
      sentinelPassword: 's',
      db: 3,
      master: 'main',
    },
  ],
])('%s is understood', (url, expected) => {
  expect(parseRedisUrl(url)).toEqual(expected);
});

test.each([
  '',
  'h:6379',
  'http://h',
  'redis://',
  'redis://h:0',
  'redis://h:99999',
  'redis://h:x',
  'redis://h/one',
  'redis://h/1/2',
  'redis://a,b/1',
  'redis://a,,b',
  'redis+sentinel://a:1',
  'redis+else://a:1',
  'redis://:%@h',
])('"%s" is refused', (url) => {
  expect(() => parseRedisUrl(url)).toThrow(expect.objectContaining({ code: 'INVALID_CONFIGURATION' }));
});

test('a refusal never shows the password', () => {
  for (const url of [
    'redis://:hunter2@h:x',
    'http://me:hunter2@h',
    'redis://:hunter2%@h',
    'redis://a:hunter2@b@c',
  ]) {
    try {
      parseRedisUrl(url);
      expect.unreachable(url);
    } catch (error) {
      expect(String(error)).not.toContain('hunter2');
    }
  }
});
