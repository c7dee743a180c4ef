/** One request of the Kafka protocol in one fixed version, and how its answer is read. */
export interface WireMessage<T> {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly name: string;
  /** Milliseconds after which no answer is awaited any more. */
  readonly timeoutMs: number;
  encode(): Buffer;
  /** `body` is the response behind its correlation id. */
  decode(body: Buffer): T;
}
