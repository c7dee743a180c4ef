import type { FastifyReply, FastifyRequest } from 'fastify';
import { TidegateError } from '../model/errors.ts';
import { decodeUtf8, parseJson } from '../model/json.ts';
import type { Limits } from '../model/limits.ts';
import { isJson, isYaml, mediaTypeOf } from './body.ts';
import { checkPath, readQuery } from './parameters.ts';
import type { Call, Route, RouteBody } from './route.ts';
import { requireValid } from './schemas.ts';

/** What all calls of a front end share. */
export type Surroundings = Pick<Call, 'gateway' | 'histories' | 'keys' | 'closing' | 'heartbeatMs' | 'clock'>;

/** A request read and held to what its route says. Throws the INVALID_* errors, never handing on what is not valid. */
export function readCall(
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
  surroundings: Surroundings,
  idempotencyId: string | undefined,
): Call {
  const path = request.params as Readonly<Record<string, string>>;
  checkPath(path);
  const values = readQuery(route.query, request.raw.url ?? '');
  const raw = request.body as Buffer | undefined;
  const mediaType = mediaTypeOf(request.headers['content-type']);
  const body =
    route.body && !route.body.raw
      ? readBody(route.body, mediaType, raw, surroundings.gateway.limits)
      : undefined;
  return { ...surroundings, path, values, mediaType, body, raw, request, reply, idempotencyId };
}

function readBody(body: RouteBody, mediaType: string, raw: Buffer | undefined, limits: Limits): unknown {
  if (raw === undefined || raw.length === 0) {
    if (body.required)
      throw new TidegateError('INVALID_BODY', 'the body is empty; this route wants one', {
        place: { pointer: '' },
      });
    return undefined;
  }
  if (isYaml(mediaType) && 'application/yaml' in body.content) return undefined;
  if (!isJson(mediaType)) {
    throw new TidegateError(
      'UNSUPPORTED_MEDIA_TYPE',
      `the body is ${mediaType === '' ? 'without Content-Type' : mediaType}; this route takes ${Object.keys(body.content).join(' or ')}`,
    );
  }
  const value = parseJson(raw, limits);
  const schema = body.content[mediaType] ?? body.content['application/json'];
  if (schema !== undefined) requireValid(schema, value, () => decodeUtf8(raw));
  return value;
}
