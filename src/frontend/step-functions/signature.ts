import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ServiceError } from './service-error.ts';

const ALGORITHM = 'AWS4-HMAC-SHA256';
const SERVICE = 'states';
const SKEW_MS = 15 * 60_000;

/** What an Authorization header of Signature Version 4 says. */
export interface SignatureClaim {
  readonly accessKey: string;
  /** yyyymmdd */
  readonly date: string;
  readonly region: string;
  readonly signedHeaders: readonly string[];
  /** Hexadecimal. */
  readonly signature: string;
}

export interface SignedRequest {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

/** Undefined for a header of another scheme. Throws IncompleteSignatureException and InvalidSignatureException. */
export function readSignature(authorization: string): SignatureClaim | undefined {
  if (!authorization.startsWith(`${ALGORITHM} `)) return undefined;
  const parts = new Map(
    authorization
      .slice(ALGORITHM.length)
      .split(',')
      .map((part) => {
        const equals = part.indexOf('=');
        return [part.slice(0, equals).trim(), part.slice(equals + 1).trim()] as const;
      }),
  );
  const missing = ['Credential', 'Signature', 'SignedHeaders'].filter((name) => !parts.get(name));
  if (missing.length > 0) {
    const named = missing.map((name) => `Authorization header requires '${name}' parameter.`).join(' ');
    throw new ServiceError('IncompleteSignatureException', named);
  }
  const credential = (parts.get('Credential') as string).split('/');
  const [terminator, service, region, date] = credential.slice(-4).reverse();
  const accessKey = credential.slice(0, -4).join('/');
  if (credential.length < 5 || accessKey === '' || terminator !== 'aws4_request')
    throw new ServiceError(
      'IncompleteSignatureException',
      'Credential must have at least 5 slash-delimited elements, the last of them aws4_request',
    );
  if (service !== SERVICE) throw invalid(`Credential should be scoped to correct service: '${SERVICE}'.`);
  return {
    accessKey,
    date: date as string,
    region: region as string,
    signedHeaders: (parts.get('SignedHeaders') as string).toLowerCase().split(';'),
    signature: parts.get('Signature') as string,
  };
}

/** Throws InvalidSignatureException unless the request was signed with `secret` within 15 minutes of `now` (milliseconds of the epoch). */
export function verifySignature(
  claim: SignatureClaim,
  request: SignedRequest,
  secret: string,
  now: number,
): void {
  const { headers } = request;
  requireSigned(claim, headers);
  const stamp = stampOf(headers);
  if (!stamp.startsWith(claim.date))
    throw invalid(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${claim.date}' != '${stamp.slice(0, 8)}', from '${stamp}'.`,
    );
  requireCurrent(stamp, now);
  const scope = `${claim.date}/${claim.region}/${SERVICE}/aws4_request`;
  const toSign = [ALGORITHM, stamp, scope, sha256(canonicalRequest(claim, request))].join('\n');
  const key = [claim.date, claim.region, SERVICE, 'aws4_request'].reduce<string | Buffer>(
    (previous, part) => createHmac('sha256', previous).update(part).digest(),
    `AWS4${secret}`,
  );
  const wanted = createHmac('sha256', key).update(toSign).digest();
  const given = Buffer.from(claim.signature, 'hex');
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted))
    throw invalid(
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    );
}

/** What says where the request goes and what it asks for must be under the signature. */
function requireSigned({ signedHeaders }: SignatureClaim, headers: IncomingHttpHeaders): void {
  const wanted = ['host', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-'))];
  const left = wanted.find((name) => !signedHeaders.includes(name));
  if (left !== undefined) throw invalid(`'${left}' must be a 'SignedHeader' in the AWS Authorization.`);
}

/** yyyymmddThhmmssZ */
function stampOf(headers: IncomingHttpHeaders): string {
  const given = headers['x-amz-date'];
  if (typeof given === 'string' && /^\d{8}T\d{6}Z$/.test(given)) return given;
  const date = Date.parse(headers.date ?? '');
  if (given !== undefined || Number.isNaN(date))
    throw new ServiceError(
      'IncompleteSignatureException',
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    );
  return stampAt(date);
}

function stampAt(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

function requireCurrent(stamp: string, now: number): void {
  const at = Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  const ago = stampAt(now - SKEW_MS);
  const ahead = stampAt(now + SKEW_MS);
  if (at < now - SKEW_MS)
    throw invalid(`Signature expired: ${stamp} is now earlier than ${ago} (${stampAt(now)} - 15 min.)`);
  if (!(at <= now + SKEW_MS))
    throw invalid(
      `Signature not yet current: ${stamp} is still later than ${ahead} (${stampAt(now)} + 15 min.)`,
    );
}

function canonicalRequest({ signedHeaders }: SignatureClaim, request: SignedRequest): string {
  const { method, url, headers, body } = request;
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = mark < 0 ? '' : url.slice(mark + 1);
  return [
    method,
    path.split('/').map(encode).join('/'),
    query.split('&').filter(Boolean).map(canonicalPair).sort().join('&'),
    ...signedHeaders.map((name) => `${name}:${canonicalValue(headers[name])}`),
    '',
    signedHeaders.join(';'),
    sha256(body),
  ].join('\n');
}

function canonicalPair(pair: string): string {
  return pair.includes('=') ? pair : `${pair}=`;
}

function canonicalValue(value: string | readonly string[] | undefined): string {
  return [value ?? '']
    .flat()
    .map((each) => each.trim().replace(/\s+/g, ' '))
    .join(',');
}

/** A segment as it was sent, escaped once more. */
function encode(segment: string): string {
  return encodeURIComponent(segment).replace(
    /[!'()*]/g,
    (unit) => `%${unit.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidSignatureException', message);
}
