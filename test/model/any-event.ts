import fc from 'fast-check';
import type { CloudEvent } from '../../src/model/cloud-event.ts';

const word = fc.stringMatching(/^[A-Za-z0-9._~/-]{1,20}$/);
/** Text of any script, without what the specification forbids; not blank at its ends, which a header would lose. */
export const attributeText = fc
  .string({ unit: 'grapheme-composite', minLength: 1, maxLength: 20 })
  .filter((text) => text.isWellFormed() && text.trim() === text && !/[\p{Cc}\p{Cn}]/u.test(text));

const RESERVED =
  /^(specversion|id|source|type|subject|time|data|datacontenttype|dataschema|workflow|run|scope|constructor|prototype)$/;

/** Valid events with JSON data, or none, as a producer outside may send them. */
export const anyEvent: fc.Arbitrary<CloudEvent> = fc
  .record(
    {
      specversion: fc.constant('1.0' as const),
      id: attributeText,
      source: word,
      type: word.filter((type) => !type.startsWith('dev.tidegate.')),
      subject: attributeText,
      time: fc
        .date({
          min: new Date('1970-01-01T00:00:00Z'),
          max: new Date('2200-01-01T00:00:00Z'),
          noInvalidDate: true,
        })
        .map((time) => time.toISOString()),
      dataschema: fc.constant('https://example.com/schema.json'),
      workflow: fc.constantFrom('parts', 'a.b-c'),
      run: fc.constantFrom('r1', 'user@example.com'),
      extensions: fc.dictionary(
        fc.stringMatching(/^[a-z0-9]{1,20}$/).filter((name) => !RESERVED.test(name)),
        attributeText,
        { maxKeys: 3 },
      ),
      data: fc.dictionary(
        fc.stringMatching(/^[a-z]{1,8}$/).filter((key) => !RESERVED.test(key)),
        fc.jsonValue({ maxDepth: 2 }),
        {
          maxKeys: 4,
        },
      ),
    },
    { requiredKeys: ['specversion', 'id', 'source', 'type', 'time', 'extensions'], noNullPrototype: true },
  )
  .map(({ extensions, ...event }) => {
    const datacontenttype = event.data === undefined ? {} : { datacontenttype: 'application/json' };
    // As it is after a journey through JSON: -0 settles. Keys that are refused, at any depth, become one that is not.
    const text = JSON.stringify({ ...event, ...extensions, ...datacontenttype });
    return JSON.parse(text.replaceAll(/__proto__|constructor|prototype/g, 'proto')) as CloudEvent;
  });
