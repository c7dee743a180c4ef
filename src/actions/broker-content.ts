import type { CloudEvent } from '../model/cloud-event.ts';
import { encodeEvent } from '../model/cloud-event-codec.ts';
import { toHttp } from '../model/http-binding.ts';

/** A message for a broker: what a binding makes of an event. */
export interface BrokerContent {
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Buffer;
}

export type ContentMode = 'binary' | 'structured';

const STRUCTURED = 'application/cloudevents+json; charset=utf-8';

/**
 * The Kafka protocol binding 1.0.2 (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md
 * section 3): binary attributes are headers `ce_<name>` in plain UTF-8, the data's type is `content-type`.
 */
export function kafkaContent(event: CloudEvent, mode: ContentMode): BrokerContent {
  if (mode === 'structured') return structured(event);
  const headers: Record<string, string> = {};
  for (const [name, value] of attributesOf(event)) {
    headers[name === 'datacontenttype' ? 'content-type' : `ce_${name}`] = value;
  }
  return { headers, value: dataOf(event) };
}

/**
 * The NATS protocol binding (https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/nats-protocol-binding.md
 * section 3): binary attributes are headers `ce-<name>`, percent-encoded as over HTTP, the data's type among them.
 */
export function natsContent(event: CloudEvent, mode: ContentMode): BrokerContent {
  if (mode === 'structured') return structured(event);
  const { 'content-type': type, ...headers } = toHttp(event, 'binary').headers;
  if (type !== undefined) headers['ce-datacontenttype'] = type;
  return { headers, value: dataOf(event) };
}

function structured(event: CloudEvent): BrokerContent {
  return { headers: { 'content-type': STRUCTURED }, value: Buffer.from(encodeEvent(event)) };
}

function attributesOf(event: CloudEvent): [string, string][] {
  return Object.entries(event)
    .filter(([name, value]) => value !== undefined && name !== 'data' && name !== 'data_base64')
    .map(([name, value]) => [name, String(value)]);
}

/** The events published here carry JSON or nothing. */
function dataOf({ data }: CloudEvent): Buffer {
  return Buffer.from(data === undefined ? '' : JSON.stringify(data));
}
