import type { StateStore } from '../stores/index.ts';
import type { Clock, Randomness } from './clock.ts';
import type { Definitions } from './definitions.ts';

const CHANNEL = 'definitions';
/** A record that changes whenever any workflow does. */
const REVISION = ['revision', 'definitions'] as const;
const LOOK_MS = 2_000;

export interface DefinitionNoticesDependencies {
  readonly store: StateStore;
  readonly definitions: Definitions;
  readonly clock: Clock;
  readonly randomness: Randomness;
}

/** Keeps what processes that share a store take for the newest versions from going out of date. */
export class DefinitionNotices {
  readonly #deps: DefinitionNoticesDependencies;
  #revision: string | undefined;
  #unsubscribe: (() => void) | undefined;
  #cancelLook: (() => void) | undefined;
  #stopped = false;

  constructor(deps: DefinitionNoticesDependencies) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    const { store, definitions } = this.#deps;
    this.#unsubscribe = await store.shared?.notices.subscribe(
      CHANNEL,
      (name) => definitions.forget(name),
      () => definitions.forgetNewest(),
    );
    await this.#look();
  }
  stop(): void {
    this.#stopped = true;
    this.#unsubscribe?.();
    this.#cancelLook?.();
  }

  /** To be called once a workflow's versions have changed. */
  readonly announce = async (workflow: string): Promise<void> => {
    const { store, randomness } = this.#deps;
    store.shared?.notices.publish(CHANNEL, workflow);
    await store.putRecord(...REVISION, randomness.token());
  };

  /** A notice may get lost, the record does not. */
  async #look(): Promise<void> {
    const { store, definitions, clock } = this.#deps;
    try {
      const revision = await store.getRecord(...REVISION);
      if (revision !== this.#revision) definitions.forgetNewest();
      this.#revision = revision;
    } catch {
      // The store is away; what is known stays.
    }
    if (!this.#stopped) this.#cancelLook = clock.after(LOOK_MS, () => void this.#look());
  }
}
