import type { NatsConnection } from 'nats';

/**
 * What the server refuses to take. It answers a publication that a user may not make beside the stream of answers, before
 * those to whatever was sent later, and the client shows it as a change of its status.
 */
export class NatsDenials {
  readonly #listeners = new Set<(subject: string) => void>();

  constructor(client: NatsConnection) {
    void this.#watch(client);
  }

  /** Whether the server refused a publication to `subject` while `publish` was under way. */
  async during(subject: string, publish: () => Promise<void>): Promise<boolean> {
    let denied = false;
    const listener = (refused: string) => {
      denied ||= refused === subject;
    };
    this.#listeners.add(listener);
    try {
      await publish();
      // The client passes its status on through queues of promises.
      await new Promise((resolve) => void setImmediate(resolve));
      return denied;
    } finally {
      this.#listeners.delete(listener);
    }
  }

  async #watch(client: NatsConnection): Promise<void> {
    for await (const { permissionContext: context } of client.status()) {
      if (context?.operation !== 'publish') continue;
      for (const listener of this.#listeners) listener(context.subject);
    }
  }
}
