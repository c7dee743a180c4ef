import { type CloudEventV1, HTTP, CloudEvent as ReferenceEvent } from 'cloudevents';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CloudEvent } from '../../src/model/cloud-event.ts';
import type { TidegateError } from '../../src/model/errors.ts';
import { fromHttp, toHttp, toHttpBatch } from '../../src/model/http-binding.ts';
import { LIMITS, type Limits } from '../../src/model/limits.ts';
import { answerHandshake } from '../../src/model/webhook-handshake.ts';
import { anyEvent } from './any-event.ts';

const required = {
  'ce-specversion': '1.0',
  'ce-id': '7',
  'ce-source': '/line/3',
  'ce-type': 'com.example.done',
};
const good = { specversion: '1.0', id: '7', source: '/line/3', type: 'com.example.done' };

function refusal(
  headers: Record<string, string>,
  body: string | Uint8Array = '',
  limits: Limits = LIMITS,
): TidegateError {
  try {
    fromHttp(headers, body, limits);
  } catch (error) {
    return error as TidegateError;
  }
  throw new Error('was accepted');
}

/** What the reference puts into and takes from headers as it stands, where the binding asks for percent-encoding. */
const plain = anyEvent.filter((event) =>
  Object.entries(event).every(
    ([name, value]) => name === 'data' || /^[\x21\x23\x24\x26-\x7e]+$/.test(String(value)),
  ),
);
const asJson = (event: unknown): unknown => JSON.parse(JSON.stringify(event));

describe('against the cloudevents package', () => {
  it('structured requests agree both ways', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        const theirs = HTTP.structured(new ReferenceEvent(event as CloudEventV1<unknown>));
        expect(fromHttp(theirs.headers as Record<string, string>, theirs.body as string, LIMITS)).toEqual([
          event,
        ]);
        const ours = toHttp(event, 'structured');
        expect(asJson(HTTP.toEvent({ headers: ours.headers, body: ours.body }))).toEqual(event);
      }),
    );
  });

  it('binary requests agree both ways', () => {
    fc.assert(
      fc.property(plain, (event) => {
        const theirs = HTTP.binary(new ReferenceEvent(event as CloudEventV1<unknown>));
        // The reference names application/json even where there is no data.
        const read = fromHttp(
          theirs.headers as Record<string, string>,
          (theirs.body as string | undefined) ?? '',
          LIMITS,
        );
        expect(read).toEqual([{ datacontenttype: 'application/json; charset=utf-8', ...event }]);
        const ours = toHttp(event, 'binary');
        const reread = asJson(
          HTTP.toEvent({ headers: ours.headers, body: ours.body || undefined }),
        ) as object;
        expect(reread).toEqual(event);
      }),
    );
  });

  it('batches of ours are read by it', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 5 }), (events) => {
        const { headers, body } = toHttpBatch(events);
        expect(asJson(HTTP.toEvent({ headers, body }))).toEqual(events);
        expect(fromHttp(headers, body, LIMITS)).toEqual(events);
      }),
    );
  });
});

describe('binary mode', () => {
  it('brings any event through headers and back', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        const { headers, body } = toHttp(event, 'binary');
        for (const value of Object.values(headers)) expect(value).toMatch(/^[\x21-\x7e]+$/);
        expect(fromHttp(headers, Buffer.from(body as string), LIMITS)).toEqual([event]);
      }),
    );
  });

  it('encodes what the specification names, and no more', () => {
    const { headers } = toHttp({ ...good, subject: 'Euro \u20ac \u{1f600} "50%"' } as CloudEvent, 'binary');
    expect(headers['ce-subject']).toBe('Euro%20%E2%82%AC%20%F0%9F%98%80%20%2250%25%22');
  });

  it('undoes quotes before percents', () => {
    const read = (subject: string) =>
      fromHttp({ ...required, 'ce-subject': subject }, '', LIMITS)[0]?.subject;
    expect(read('"a \\"b\\" %C3%A9"')).toBe('a "b" \u00e9');
    expect(read('100% %zz')).toBe('100% %zz');
    expect(read('a%2520b')).toBe('a%20b');
    expect(refusal({ ...required, 'ce-subject': '%ff' }).code).toBe('INVALID_EVENT');
    expect(refusal({ ...required, 'ce-subject': 'a%0Ab' }).message).toContain('attribute "subject"');
  });

  it('keeps JSON as values, text as text and other bytes in base64', () => {
    const read = (type: string, body: string | Uint8Array) =>
      fromHttp(
        { ...required, 'Content-Type': type },
        typeof body === 'string' ? Buffer.from(body) : body,
        LIMITS,
      )[0];
    expect(read('application/json', '{"a":1}')).toEqual({
      ...good,
      datacontenttype: 'application/json',
      data: { a: 1 },
    });
    expect(read('application/vnd.x+json; charset=utf-8', '"\u00e9"')?.data).toBe('\u00e9');
    expect(read('text/plain', 'hi')?.data).toBe('hi');
    expect(read('application/xml', '<a/>')?.data).toBe('<a/>');
    expect(read('image/png', new Uint8Array([1, 2, 255]))).toEqual({
      ...good,
      datacontenttype: 'image/png',
      data_base64: 'AQL/',
    });
    expect(read('application/json', '')).toEqual({ ...good, datacontenttype: 'application/json' });
    expect(fromHttp(required, new Uint8Array([1]), LIMITS)[0]?.data_base64).toBe('AQ==');
  });

  it('gives bytes back as they were', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
        const [event] = fromHttp({ ...required, 'content-type': 'application/octet-stream' }, bytes, LIMITS);
        expect(new Uint8Array(toHttp(event!, 'binary').body as Uint8Array)).toEqual(bytes);
      }),
    );
  });

  it('reads the charset given and names the one it keeps', () => {
    const [event] = fromHttp(
      { ...required, 'content-type': 'text/plain; charset="ISO-8859-1"' },
      new Uint8Array([0xe9]),
      LIMITS,
    );
    expect(event).toEqual({ ...good, datacontenttype: 'text/plain; charset=utf-8', data: '\u00e9' });
    expect(
      refusal({ ...required, 'content-type': 'text/plain; charset=klingon' }, Buffer.from('x')).code,
    ).toBe('UNSUPPORTED_MEDIA_TYPE');
    expect(refusal({ ...required, 'content-type': 'text/plain' }, new Uint8Array([0xff])).code).toBe(
      'INVALID_EVENT',
    );
  });

  it('refuses headers that are no attributes', () => {
    for (const name of ['ce-data', 'ce-data_base64', 'ce-datacontenttype']) {
      expect(refusal({ ...required, [name]: 'x' }).code).toBe('INVALID_EVENT');
    }
    expect(refusal({ ...required, 'ce-my-name': 'x' }).message).toContain('"my-name"');
    for (const name of ['ce-__proto__', 'ce-constructor'])
      expect(refusal({ ...required, [name]: 'x' }).code).toBe('UNSAFE_KEY');
  });

  it('is refused beyond the limit', () => {
    const limits = { ...LIMITS, eventBytes: 1000 };
    const headers = { ...required, 'content-type': 'text/plain' };
    expect(fromHttp(headers, 'x'.repeat(500), limits)).toHaveLength(1);
    expect(refusal(headers, '"'.repeat(500), limits).code).toBe('LIMIT_EXCEEDED');
  });
});

describe('requests that are no CloudEvent', () => {
  it('are told what to send', () => {
    const error = refusal({ 'content-type': 'application/json' }, JSON.stringify(good));
    expect(error.code).toBe('UNSUPPORTED_MEDIA_TYPE');
    expect(error.message).toContain('application/cloudevents+json');
    expect(refusal({}).code).toBe('UNSUPPORTED_MEDIA_TYPE');
    expect(refusal({ 'content-type': 'application/cloudevents+avro' }).message).toContain('avro');
  });

  it('name the event of a batch that is at fault', () => {
    const headers = { 'content-type': 'application/cloudevents-batch+json; charset=UTF-8' };
    const error = refusal(headers, JSON.stringify([good, { ...good, id: '' }]));
    expect(error).toMatchObject({ code: 'INVALID_EVENT', place: { pointer: '/1/id' } });
    expect(error.message).toContain('event 1 of the batch');
    expect(refusal(headers, JSON.stringify([{ ...good, type: 'dev.tidegate.timer' }])).code).toBe(
      'RESERVED_TYPE',
    );
    expect(refusal(headers, '{}').code).toBe('INVALID_EVENT');
    expect(refusal(headers, JSON.stringify([good, good]), { ...LIMITS, batchEvents: 1 } as never).code).toBe(
      'LIMIT_EXCEEDED',
    );
  });
});

describe('the webhook handshake', () => {
  it('grants the origin that asks, and the rate up to the policy', () => {
    const headers = { 'webhook-request-origin': 'events.example.com', 'webhook-request-rate': '120' };
    expect(answerHandshake(headers)).toEqual({
      allow: 'POST, OPTIONS',
      'webhook-allowed-origin': 'events.example.com',
      'webhook-allowed-rate': '120',
    });
    expect(answerHandshake(headers, { ratePerMinute: 60 })).toMatchObject({ 'webhook-allowed-rate': '60' });
    expect(answerHandshake({ 'webhook-request-origin': 'a' })).not.toHaveProperty('webhook-allowed-rate');
  });

  it('grants nothing to others', () => {
    expect(answerHandshake({})).toBeUndefined();
    expect(answerHandshake({ 'webhook-request-origin': 'a\r\nb' })).toBeUndefined();
    expect(
      answerHandshake({ 'webhook-request-origin': 'b.com' }, { allowedOrigins: ['a.com'] }),
    ).toBeUndefined();
  });
});
