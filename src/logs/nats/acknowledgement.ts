/** What JetStream writes into a message's reply subject. */
export interface Delivery {
  /** Sequence in the stream. */
  readonly sequence: number;
  /** Sequence among what the consumer delivered, from 1. */
  readonly delivered: number;
  /** Messages for the consumer that are behind this one. */
  readonly pending: number;
}

/**
 * Reads `$JS.ACK.<stream>.<consumer>.<tries>.<sequence>.<delivered>.<time>.<pending>`, or the longer form with domain and
 * account in front of the stream and a token at the end. Runs for every record.
 */
export function deliveryOf(reply: string): Delivery {
  const parts = reply.split('.');
  const at = parts.length > 9 ? 7 : 5;
  return { sequence: +parts[at]!, delivered: +parts[at + 1]!, pending: +parts[at + 3]! };
}
