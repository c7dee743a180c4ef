import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isTime } from '../../src/model/cloud-event-codec.ts';
import { arbitraryOf } from './arbitrary-of-schema.ts';
import { COUNT_TWO, startTestFrontend, type TestAnswer, type TestFrontend } from './test-frontend.ts';

type Schema = Readonly<Record<string, unknown>>;
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: Schema;
}
type Content = Readonly<Record<string, { readonly schema?: Schema }>>;
interface Operation {
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}
interface Request {
  readonly method: string;
  readonly template: string;
  readonly url: string;
  readonly body: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** `FUZZ_RUNS=20000` looks longer. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 1_500);

let server: TestFrontend;
let document: Schema & { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> };
let validators: Map<string, ValidateFunction>;

beforeAll(async () => {
  server = await startTestFrontend();
  document = (await server.call('GET', '/openapi.json')).json;
  await server.call('PUT', '/v1/workflows/w', { format: 'triggers', definition: COUNT_TWO });
  await server.call('PUT', '/v1/workflows/standing', {
    format: 'triggers',
    definition: { ...COUNT_TWO, run: 'standing' },
  });
  await server.call('POST', '/v1/workflows/w/runs', { id: 'a' });
  const ajv = new Ajv2020({ strict: false, formats: { 'date-time': isTime, uri: true } });
  ajv.addSchema({ components: document.components }, 'api');
  validators = new Map();
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, { responses }] of Object.entries(methods)) {
      for (const [status, { content = {} }] of Object.entries(responses)) {
        const schema = content['application/json']?.schema ?? content['application/problem+json']?.schema;
        if (typeof schema?.$ref !== 'string') continue;
        const validate = ajv.compile({ $ref: `api${schema.$ref}` });
        validators.set(`${method.toUpperCase()} ${path} ${status}`, validate);
      }
    }
  }
});
afterAll(() => server.close());

const hostile = fc.constantFrom(
  '%',
  '%00',
  '%zz',
  '..',
  '.',
  '__proto__',
  'constructor',
  '%2F',
  'ü',
  '%F0%9F%98%80',
  '',
  'a'.repeat(200),
  '*',
  '"',
  "'",
);
const strange = fc.constantFrom(
  '',
  'null',
  '1',
  '"',
  '{',
  '[]',
  '{}',
  '{"__proto__":1}',
  '[[[[',
  '\u0000',
  '{"a":1,"a":2}',
  'a: [',
  '&a *a',
  '"\\u0000"',
  '1e999',
  '[1,]',
);

function requests(): fc.Arbitrary<Request> {
  const operations = Object.entries(document.paths).flatMap(([template, methods]) =>
    Object.entries(methods)
      // Keys would close the door on all that follow, and the stream of a live run does not end; they have their own tests.
      .filter(() => !template.startsWith('/v1/api-keys') && !template.endsWith('/stream'))
      .map(([method, operation]) => ({ method: method.toUpperCase(), template, operation })),
  );
  return fc.constantFrom(...operations).chain(({ method, template, operation }) => {
    const { parameters, requestBody } = operation;
    const path = parameters
      .filter((parameter) => parameter.in === 'path')
      .map((parameter) => value(parameter, true));
    const query = parameters.filter((parameter) => parameter.in === 'query');
    const pairs = query.map((parameter) =>
      fc.option(
        value(parameter, false).map((text) => `${parameter.name}=${text}`),
        { nil: undefined, freq: 3 },
      ),
    );
    const content = Object.entries(requestBody?.content ?? {});
    const payload: fc.Arbitrary<readonly [string, string | undefined]> =
      content.length === 0
        ? fc.constant(['application/json', undefined] as const)
        : fc
            .constantFrom(...content)
            .chain(([mediaType, { schema = {} }]) =>
              fc.tuple(fc.constant(mediaType === '*/*' ? 'text/plain' : mediaType), bodyOf(schema)),
            );
    const otherMethod = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD');
    return fc
      .record({
        method: fc.oneof({ weight: 12, arbitrary: fc.constant(method) }, otherMethod),
        path: fc.tuple(...path),
        pairs: fc.tuple(...pairs),
        extra: fc.oneof(
          { weight: 12, arbitrary: fc.constant('') },
          fc.constantFrom('x=1', 'limit=-1', 'cursor=%ff', '=', '%'),
        ),
        payload,
        mediaType: fc.oneof(
          { weight: 12, arbitrary: fc.constant(undefined) },
          fc.constantFrom('', 'text/html', 'json', 'application/yaml'),
        ),
        binary: fc.boolean(),
        key: fc.oneof(
          { weight: 8, arbitrary: fc.constant(undefined) },
          fc.constantFrom('k1', 'k2', '\u00e9'),
        ),
      })
      .map((drawn) => {
        let index = 0;
        const filled = template.replace(/\{\w+\}/g, () => drawn.path[index++] ?? '');
        const search = [
          ...drawn.pairs.filter((pair) => pair !== undefined),
          ...(drawn.extra ? [drawn.extra] : []),
        ].join('&');
        const [mediaType, body] = drawn.payload;
        const contentType = drawn.mediaType ?? mediaType;
        const attributes = {
          'ce-specversion': '1.0',
          'ce-id': '%41',
          'ce-source': '/s',
          'ce-type': 'done',
          'ce-workflow': 'w',
        };
        return {
          method: drawn.method,
          template,
          url: `${filled}${search === '' ? '' : `?${search}`}`,
          body,
          headers: {
            ...(body !== undefined && contentType !== '' && { 'content-type': contentType }),
            ...(drawn.binary && template.endsWith('/events') && contentType === 'text/plain' && attributes),
            ...(drawn.key !== undefined && { 'idempotency-key': drawn.key }),
          },
        };
      });
  });
}

function value({ name, schema }: Parameter, encode: boolean): fc.Arbitrary<string> {
  // Short, or a few fuzzed requests would wait for minutes.
  const known =
    name === 'wait'
      ? fc.constantFrom('1ms', '5ms')
      : name === 'run'
        ? fc.constantFrom('a', 'standing', 'none')
        : undefined;
  const names =
    name === 'name' || name === 'workflow' ? fc.constantFrom('w', 'standing', 'other') : undefined;
  const valid = (known ?? names ?? arbitraryOf(schema, document)).map((drawn) =>
    encode ? encodeURIComponent(String(drawn)) : encodeURIComponent(String(drawn)),
  );
  return fc.oneof(
    { weight: 8, arbitrary: valid },
    name === 'wait' ? fc.constantFrom('x', '-1s', '') : hostile,
  );
}

function bodyOf(schema: Schema): fc.Arbitrary<string> {
  const valid = arbitraryOf(schema, document).map((drawn) => JSON.stringify(drawn));
  const mutated = fc
    .tuple(valid, fc.nat(), fc.constantFrom('', '}', '"', '\\', ',', '\u0000', '{', '1'))
    .map(([text, at, piece]) => {
      const place = text.length === 0 ? 0 : at % text.length;
      return text.slice(0, place) + piece + text.slice(place + 1);
    });
  const retyped = arbitraryOf(schema, document)
    .chain((drawn) => retype(drawn))
    .map((drawn) => JSON.stringify(drawn));
  return fc.oneof(
    { weight: 5, arbitrary: valid },
    { weight: 2, arbitrary: mutated },
    { weight: 3, arbitrary: retyped },
    { weight: 1, arbitrary: strange },
  );
}

/** One member replaced by something else, or one too many. */
function retype(drawn: unknown): fc.Arbitrary<unknown> {
  if (typeof drawn !== 'object' || drawn === null) return fc.jsonValue();
  const keys = [...Object.keys(drawn), 'extra'];
  return fc
    .tuple(fc.constantFrom(...keys), fc.jsonValue({ maxDepth: 3 }))
    .map(([key, other]) => (Array.isArray(drawn) ? [...drawn, other] : { ...drawn, [key]: other }));
}

function check(request: Request, answer: TestAnswer): void {
  const { status, headers, json } = answer;
  if (status >= 500) expect(json?.code, answer.text).toBe('NOT_READY');
  const head = request.method === 'HEAD';
  if (status >= 400) {
    expect(headers['content-type']).toBe('application/problem+json');
    if (!head)
      expect(json).toMatchObject({
        status,
        code: expect.stringMatching(/^[A-Z_]+$/),
        remedy: expect.any(String),
      });
  }
  if (head) return;
  const method = Object.hasOwn(document.paths[request.template] ?? {}, request.method.toLowerCase())
    ? request.method
    : undefined;
  // A hostile segment may lead to another route than the one it was drawn for.
  const path = URL.parse(request.url, 'http://localhost')?.pathname ?? '';
  const pattern = request.template
    .split('/')
    .map((part) => (part.startsWith('{') ? '[^/]*' : part.replaceAll('.', '\\.')));
  if (method === undefined || !new RegExp(`^${pattern.join('/')}$`).test(path)) return;
  const declared = document.paths[request.template]?.[method.toLowerCase()]?.responses[status];
  expect(
    declared,
    `${method} ${request.template} may answer ${status}: ${answer.text.slice(0, 300)}`,
  ).toBeDefined();
  const validate = validators.get(`${method} ${request.template} ${status}`);
  if (validate && json !== undefined)
    expect(validate(json), `${answer.text}\n${JSON.stringify(validate.errors)}`).toBe(true);
}

describe('the whole REST surface under fuzzed requests', () => {
  it('never fails by itself, answers every refusal with a problem document, and every answer fits its schema', {
    timeout: 600_000,
  }, async () => {
    const statuses = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(requests(), async (request) => {
        const answer = await server.call(request.method, request.url, request.body, { ...request.headers });
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        check(request, answer);
      }),
      { numRuns: RUNS },
    );
    // Fuzzing that is refused at the door would prove little.
    const accepted = [...statuses].reduce((sum, [status, count]) => sum + (status < 300 ? count : 0), 0);
    expect(accepted / RUNS, JSON.stringify([...statuses])).toBeGreaterThan(0.1);
  });
});
