/** One client per key, made when first asked for and shared from then on. One that could not be made is tried anew next time. */
export class ClientPool<Client> {
  readonly #clients = new Map<string, Promise<Client>>();
  readonly #end: (client: Client) => Promise<void>;
  #closed = false;

  constructor(end: (client: Client) => Promise<void>) {
    this.#end = end;
  }

  /** `make` is called at most once at a time per key; it gets a function that forgets the client, for one that broke. */
  async get(key: string, make: (forget: () => void) => Promise<Client>): Promise<Client> {
    if (this.#closed) throw new Error('the connections are closed');
    let client = this.#clients.get(key);
    if (client === undefined) {
      const forget = () => {
        if (this.#clients.get(key) === made) this.#clients.delete(key);
      };
      const made = make(forget);
      made.catch(forget);
      this.#clients.set(key, made);
      client = made;
    }
    return client;
  }

  /** Ends all of them. A client that was never made, or fails to end, does not hold up the others. */
  async close(): Promise<void> {
    this.#closed = true;
    const clients = [...this.#clients.values()];
    this.#clients.clear();
    await Promise.allSettled(clients.map(async (client) => this.#end(await client)));
  }
}
