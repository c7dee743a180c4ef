import { ERRORS, type ErrorCode } from '../model/errors.ts';
import { PATH_PARAMETERS, type Parameter } from './parameters.ts';
import { PROBLEM_MEDIA_TYPE } from './problem.ts';
import type { Route } from './route.ts';
import { COMPONENT_SCHEMAS, componentReference } from './schemas.ts';
import { SCOPES } from './scopes.ts';

type Json = Readonly<Record<string, unknown>>;

const ANY_ROUTE: readonly ErrorCode[] = [
  'INVALID_PARAMETER',
  'NOT_READY',
  'STORE_UNAVAILABLE',
  'INTERNAL',
  'STORE_FULL',
];
const WITH_BODY: readonly ErrorCode[] = [
  'INVALID_JSON',
  'INVALID_BODY',
  'UNSAFE_KEY',
  'NESTING_TOO_DEEP',
  'BODY_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
];
const UNASKED_BODY: readonly ErrorCode[] = ['BODY_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE', 'INVALID_BODY'];
const IDEMPOTENCY_KEY: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'The same key again within 24 hours gets the first answer again.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

/** The OpenAPI 3.1 document of the route table. */
export function openApiOf(routes: readonly Route[]): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const path = paths[route.path] ?? {};
    path[route.method.toLowerCase()] = operationOf(route);
    paths[route.path] = path;
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tidegate',
      version: '1',
      description:
        'Event-condition-action workflows. Errors are RFC 9457 problem documents with a stable `code`.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: {
      schemas: COMPONENT_SCHEMAS,
      securitySchemes: {
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          description: `An API key. Scopes: ${Object.entries(SCOPES)
            .map(([scope, use]) => `${scope} (${use})`)
            .join(', ')}. Without any key configured only the loopback is served, and none is asked for.`,
        },
      },
    },
  };
}

function operationOf(route: Route): Json {
  return {
    operationId: route.operationId,
    tags: [route.tag],
    summary: route.summary,
    security: route.scope === 'public' ? [] : [{ apiKey: [] }],
    ...(route.scope !== 'public' && { 'x-scope': route.scope }),
    parameters: [
      ...pathParametersOf(route.path),
      ...(route.query ?? []).map(queryParameter),
      ...(takesIdempotencyKey(route) ? [IDEMPOTENCY_KEY] : []),
    ],
    ...(route.body && { requestBody: requestBodyOf(route.body) }),
    responses: { ...successesOf(route), ...problemsOf(route) },
  };
}

export function takesIdempotencyKey(route: Route): boolean {
  return route.method === 'POST' && route.unrepeatable === undefined;
}

export function pathNamesOf(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string);
}

function pathParametersOf(path: string): Json[] {
  return pathNamesOf(path).map((name) => {
    const row = PATH_PARAMETERS[name];
    if (!row) throw new Error(`the path parameter {${name}} of ${path} is not in the table`);
    return {
      name,
      in: 'path',
      required: true,
      description: row.description,
      schema: { type: 'string', pattern: row.pattern },
    };
  });
}

function queryParameter({ name, description, schema }: Parameter<unknown>): Json {
  return { name, in: 'query', description, schema };
}

function contentOf(mediaType: string, schema: string | undefined): Json {
  if (schema !== undefined) return { schema: componentReference(schema) };
  const isText = mediaType.startsWith('text/') || mediaType === 'application/yaml';
  return isText ? { schema: { type: 'string' } } : {};
}

function requestBodyOf(body: NonNullable<Route['body']>): Json {
  const content = Object.fromEntries(
    Object.entries(body.content).map(([mediaType, schema]) => [mediaType, contentOf(mediaType, schema)]),
  );
  return { required: body.required, content };
}

function successesOf(route: Route): Json {
  return Object.fromEntries(
    Object.entries(route.responses).map(([status, { description, schema, mediaType }]) => {
      const type = mediaType ?? (schema === undefined ? undefined : 'application/json');
      return [
        status,
        { description, ...(type !== undefined && { content: { [type]: contentOf(type, schema) } }) },
      ];
    }),
  );
}

function problemsOf(route: Route): Json {
  const codes = new Set<ErrorCode>([...ANY_ROUTE, ...(route.problems ?? [])]);
  if (route.body) for (const code of WITH_BODY) codes.add(code);
  // Any request but GET may bring a body; where none is asked for it is read and left aside.
  else if (route.method !== 'GET') for (const code of UNASKED_BODY) codes.add(code);
  if (route.scope !== 'public') for (const code of ['UNAUTHENTICATED', 'FORBIDDEN'] as const) codes.add(code);
  if (takesIdempotencyKey(route)) codes.add('IDEMPOTENCY_CONFLICT');
  if (pathNamesOf(route.path).length > 0) codes.add('NOT_FOUND');
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codes)
    byStatus.set(ERRORS[code].status, [...(byStatus.get(ERRORS[code].status) ?? []), code]);
  return Object.fromEntries(
    [...byStatus].map(([status, sameStatus]) => [
      status,
      {
        description: sameStatus.join(', '),
        content: { [PROBLEM_MEDIA_TYPE]: contentOf(PROBLEM_MEDIA_TYPE, 'Problem') },
      },
    ]),
  );
}
