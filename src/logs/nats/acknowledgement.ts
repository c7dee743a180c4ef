/**
 * What JetStream writes into a message's reply subject: `$JS.ACK.<stream>.<consumer>.<tries>.<sequence>.<delivered>.<time>.<pending>`,
 * or a longer form with domain and account before the stream and a token at the end.
 */
export interface Delivery {
  /** Sequence in the stream. */
  readonly sequence: number;
  /** Sequence among what the consumer delivered, from 1. */
  readonly delivered: number;
}

/** Where in the reply subjects of one consumer the numbers begin. */
export function numbersFrom(reply: string): number {
  const dots = reply.split('.').length - 1;
  let at = -1;
  for (let i = dots > 8 ? 6 : 4; i > 0; i -= 1) at = reply.indexOf('.', at + 1);
  return at + 1;
}

/** Runs for every record, so it looks at each character once. */
export function deliveryOf(reply: string, from = numbersFrom(reply)): Delivery {
  let at = reply.indexOf('.', from) + 1;
  let sequence = 0;
  for (let c = reply.charCodeAt(at); c >= ZERO; c = reply.charCodeAt(++at))
    sequence = sequence * 10 + c - ZERO;
  at += 1;
  let delivered = 0;
  for (let c = reply.charCodeAt(at); c >= ZERO; c = reply.charCodeAt(++at))
    delivered = delivered * 10 + c - ZERO;
  return { sequence, delivered };
}

const ZERO = 0x30;
