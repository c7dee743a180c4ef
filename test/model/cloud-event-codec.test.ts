import { HTTP, CloudEvent as ReferenceEvent } from 'cloudevents';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkEvent, encodeEvent, isTime, parseEvent } from '../../src/model/cloud-event-codec.ts';
import type { TidegateError } from '../../src/model/errors.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { anyEvent } from './any-event.ts';

const good = { specversion: '1.0', id: '7', source: '/line/3', type: 'com.example.done' };

function refusal(action: () => unknown): TidegateError {
  try {
    action();
  } catch (error) {
    return error as TidegateError;
  }
  throw new Error('was accepted');
}

describe('a structured event', () => {
  it('is read as written, data and extensions included', () => {
    const event = {
      ...good,
      subject: 'part.7',
      workflow: 'parts',
      run: 'a~1',
      priority: 3,
      urgent: true,
      data: { ok: [1] },
    };
    expect(parseEvent(JSON.stringify(event))).toEqual(event);
    expect(parseEvent(Buffer.from(JSON.stringify(event)))).toEqual(event);
    expect(JSON.parse(encodeEvent(parseEvent(JSON.stringify(event))))).toEqual(event);
  });

  it.each([
    ['id', undefined, 'attribute "id" is missing'],
    ['id', '', 'attribute "id" is ""'],
    ['id', 7, 'attribute "id" is 7; it must be a string'],
    ['source', undefined, 'attribute "source" is missing'],
    ['source', null, 'attribute "source" is missing'],
    ['type', '', 'attribute "type" is ""'],
    ['specversion', undefined, 'attribute "specversion" is missing'],
    ['specversion', '0.3', 'attribute "specversion" is "0.3"; it must be "1.0"'],
    ['subject', '', 'attribute "subject" is ""'],
    ['datacontenttype', '', 'attribute "datacontenttype" is ""'],
    ['time', 'yesterday', 'attribute "time" is "yesterday"'],
    ['time', '2026-02-30T10:00:00Z', 'attribute "time"'],
    ['Priority', 1, 'attribute "Priority" is 1; it has a name'],
    ['my-extension', 'x', 'attribute "my-extension"'],
    ['extra', { a: 1 }, 'attribute "extra" is {"a":1}'],
    ['extra', [1], 'attribute "extra" is [1]'],
    ['extra', 'a\u0000b', 'attribute "extra"'],
    ['subject', 'two\nlines', 'attribute "subject" is "two\\nlines"'],
    ['id', '\ud800', 'half a surrogate pair'],
    ['workflow', 'a/b', 'attribute "workflow" is "a/b"'],
    ['run', 'x/y', 'attribute "run" is "x/y"'],
    ['data_base64', 'no!', 'attribute "data_base64" is "no!"'],
    ['data_base64', 5, 'attribute "data_base64" is 5'],
  ])('is refused when %s is %j', (name, value, message) => {
    const text = JSON.stringify({ ...good, [name]: value });
    for (const error of [
      refusal(() => parseEvent(text)),
      refusal(() => checkEvent(JSON.parse(text), { external: true })),
    ]) {
      expect(error.code).toBe('INVALID_EVENT');
      expect(error.message).toContain(message);
      expect(error.place).toEqual({ pointer: `/${name}` });
    }
  });

  it('is refused when it is no object', () => {
    for (const text of ['null', '[]', '"x"', '1'])
      expect(refusal(() => parseEvent(text)).code).toBe('INVALID_EVENT');
  });

  it('is refused with both data and data_base64', () => {
    const error = refusal(() => parseEvent(JSON.stringify({ ...good, data: 1, data_base64: 'AQID' })));
    expect(error.message).toContain('beside "data"');
  });

  it('leaves out attributes given as null, and keeps null data', () => {
    const event = parseEvent(JSON.stringify({ ...good, subject: null, extra: null, data: null }));
    expect(event).toEqual({ ...good, data: null });
  });

  it('is refused beyond the limit, counted in bytes', () => {
    const limits = { ...LIMITS, eventBytes: 120 };
    const event = { ...good, data: 'x'.repeat(20) };
    expect(parseEvent(JSON.stringify(event), limits)).toEqual(event);
    expect(
      refusal(() => parseEvent(JSON.stringify({ ...event, data: '\u20ac'.repeat(20) }), limits)).code,
    ).toBe('LIMIT_EXCEEDED');
  });

  it('is refused with a type of the engine when it comes from outside, and only then', () => {
    const event = { ...good, type: 'dev.tidegate.task.succeeded' };
    expect(parseEvent(JSON.stringify(event))).toEqual(event);
    expect(refusal(() => checkEvent(event, { external: true })).code).toBe('RESERVED_TYPE');
    expect(refusal(() => parseEvent(JSON.stringify(event), LIMITS, { external: true })).code).toBe(
      'RESERVED_TYPE',
    );
  });

  it('keeps a long value out of the message', () => {
    const error = refusal(() => checkEvent({ ...good, time: 'x'.repeat(10_000) }, { external: false }));
    expect(error.message.length).toBeLessThan(300);
  });
});

describe('RFC 3339 times', () => {
  it.each([
    '2026-11-05T10:00:00Z',
    '2026-11-05t10:00:00.123456789z',
    '2024-02-29T23:59:60+14:00',
    '0000-02-29T00:00:00-00:30',
  ])('accepts %s', (text) => expect(isTime(text)).toBe(true));
  it.each([
    '2026-11-05',
    '2026-11-05T10:00:00',
    '2026-11-05 10:00:00Z',
    '2026-13-05T10:00:00Z',
    '2026-00-05T10:00:00Z',
    '2026-04-31T10:00:00Z',
    '2023-02-29T10:00:00Z',
    '2026-11-05T24:00:00Z',
    '2026-11-05T10:60:00Z',
    '2026-11-05T10:00:61Z',
    '2026-11-05T10:00:00.Z',
    '2026-11-05T10:00:00+1:00',
    '2026-11-05T10:00:00Zx',
    '2026-11-05T10:00:00Z\n',
  ])('refuses %s', (text) => expect(isTime(text)).toBe(false));
});

describe('against the cloudevents package', () => {
  it('ours reads what it writes', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        const message = HTTP.structured(new ReferenceEvent(event as never));
        expect(parseEvent(message.body as string)).toEqual(event);
      }),
    );
  });
  it('it reads what ours writes', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        const headers = { 'content-type': 'application/cloudevents+json' };
        const theirs = HTTP.toEvent({ headers, body: encodeEvent(event) }) as ReferenceEvent<unknown>;
        expect(theirs.validate()).toBe(true);
        expect(JSON.parse(JSON.stringify(theirs))).toEqual(event);
      }),
    );
  });
});
