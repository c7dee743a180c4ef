import type { HttpHeaders } from './http-binding.ts';

/**
 * The abuse protection of "HTTP 1.1 Web Hooks for Event Delivery" 1.0.2, section 4: before it delivers, a sender asks by
 * OPTIONS whether it may (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md).
 */
export interface HandshakePolicy {
  /** Origins that may deliver; absent: any. */
  readonly allowedOrigins?: readonly string[];
  /** Requests per minute granted at most; absent: as many as asked for. */
  readonly ratePerMinute?: number;
}

const ORIGIN = /^[A-Za-z0-9.:_-]{1,253}$/;

/**
 * Headers (lower-case names) that grant the request, for an answer with status 200. Undefined where the request is no handshake
 * or the origin is not allowed: then the answer carries none of them, which the sender takes for a refusal.
 */
export function answerHandshake(
  headers: HttpHeaders,
  policy: HandshakePolicy = {},
): Record<string, string> | undefined {
  const origin = headers['webhook-request-origin'];
  if (typeof origin !== 'string' || !ORIGIN.test(origin)) return undefined;
  if (policy.allowedOrigins && !policy.allowedOrigins.includes(origin)) return undefined;
  const answer: Record<string, string> = { allow: 'POST, OPTIONS', 'webhook-allowed-origin': origin };
  const rate = grantedRate(headers['webhook-request-rate'], policy.ratePerMinute);
  if (rate !== undefined) answer['webhook-allowed-rate'] = rate;
  return answer;
}

function grantedRate(requested: HttpHeaders[string], maximum: number | undefined): string | undefined {
  const asked =
    typeof requested === 'string' && /^[1-9][0-9]{0,9}$/.test(requested) ? Number(requested) : undefined;
  if (maximum !== undefined) return String(asked === undefined ? maximum : Math.min(asked, maximum));
  if (asked !== undefined) return String(asked);
  return requested === undefined ? undefined : '*';
}
