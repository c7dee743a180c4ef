import { TidegateClient } from '../../src/client/index.ts';
import type { CloudEvent } from '../../src/model/cloud-event.ts';
import { TidegateError } from '../../src/model/errors.ts';
import { runKeyOf } from '../../src/model/run.ts';
import type { Random } from '../simulator/world/random.ts';
import type { Ledger, Sent } from './ledger.ts';
import type { Deed, Send } from './load/workload.ts';
import type { DirectPublisher } from './world/direct-publisher.ts';
import { pause } from './world/pause.ts';

const AGAIN_MS = 150;
const CALL_MS = 6_000;
/** Of events sent again though they were acknowledged. */
const REPEATED = 0.06;
/** Of direct sends whose sender does not know the partition. */
const TO_INGRESS = 0.5;
const STRUCTURED = 'application/cloudevents+json';

/** Does what the load has planned, each deed until it is acknowledged. */
export class Producer {
  outstanding = 0;
  readonly #clients: readonly TidegateClient[];
  readonly #addresses: readonly string[];
  readonly #direct: DirectPublisher;
  readonly #ledger: Ledger;
  readonly #random: Random;
  readonly #over = new AbortController();

  constructor(addresses: readonly string[], direct: DirectPublisher, ledger: Ledger, random: Random) {
    this.#addresses = addresses;
    this.#clients = addresses.map((address) => new TidegateClient(address, { timeoutMs: CALL_MS }));
    this.#direct = direct;
    this.#ledger = ledger;
    this.#random = random;
  }

  /** What is still unanswered then stays so. */
  async close(): Promise<void> {
    this.#over.abort();
    await Promise.all(this.#clients.map((client) => client.close()));
  }

  perform(deed: Deed): void {
    this.outstanding++;
    void this.#perform(deed).finally(() => this.outstanding--);
  }

  async #perform(deed: Deed): Promise<void> {
    await pause(deed.afterMs, this.#over.signal);
    if ('call' in deed) {
      const done = await this.#until(deed.what, async () => deed.call(this.#client()));
      if (done) for (const next of deed.then ?? []) this.perform(next);
    } else {
      await this.#send(deed);
    }
  }

  async #send({ event, text, channel, mayDie = [], mustDie = false, once = false }: Send): Promise<void> {
    const value = text ?? JSON.stringify(event);
    const via = channel ?? (this.#random.chance(0.4) ? 'http' : 'log');
    const sent: Sent = { event, text: value, channel: via, mayDie, mustDie, acknowledged: false, sends: 0 };
    this.#ledger.sent.push(sent);
    const key = this.#keyFor(event);
    if (once) {
      await this.#once(sent, key).catch(() => undefined);
      return;
    }
    const again = this.#random.chance(REPEATED);
    await this.#until(`event ${event?.id ?? value.slice(0, 40)} via ${via}`, () => this.#once(sent, key));
    if (!again || event === undefined) return;
    await pause(this.#random.int(0, 2_000), this.#over.signal);
    await this.#once({ ...sent }, key).catch(() => undefined);
  }

  /** Now and then a sender takes the wrong partition for the right one; the owner passes the event on. */
  #keyFor(event: CloudEvent | undefined): string | undefined {
    if (event?.workflow === undefined || event.run === undefined) return undefined;
    if (this.#random.chance(TO_INGRESS)) return undefined;
    return this.#random.chance(0.02) ? 'mis/routed' : runKeyOf(event.workflow, event.run);
  }

  async #once(sent: Sent, key: string | undefined): Promise<void> {
    sent.sends++;
    if (sent.channel === 'log') await this.#direct.publish(sent.text, key);
    else await this.#post(sent.text);
    sent.acknowledged = true;
  }

  async #post(text: string): Promise<void> {
    const response = await fetch(`${this.#random.pick(this.#addresses)}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': STRUCTURED },
      body: text,
      signal: AbortSignal.any([this.#over.signal, AbortSignal.timeout(CALL_MS)]),
    });
    await response.arrayBuffer();
    if (response.status !== 202) throw new Error(`the front end answered ${response.status}`);
  }

  async #until(what: string, work: () => Promise<void>): Promise<boolean> {
    let last: unknown;
    while (!this.#over.signal.aborted) {
      try {
        await work();
        return true;
      } catch (error) {
        last = error;
        await pause(AGAIN_MS, this.#over.signal);
      }
    }
    const why = last instanceof TidegateError ? `${last.code}: ${last.message}` : String(last);
    this.#ledger.unanswered.push(`${what}: ${why}`);
    return false;
  }

  #client(): TidegateClient {
    return this.#random.pick(this.#clients);
  }
}
