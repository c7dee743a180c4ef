import { verifyCallback } from '../actions/index.ts';
import { COMMANDS } from '../engine/index.ts';
import type { CloudEvent } from '../model/cloud-event.ts';
import { checkEvent } from '../model/cloud-event-codec.ts';
import { TidegateError } from '../model/errors.ts';
import type { DeadLetter, Page } from '../stores/state-store.ts';
import { appendEvents } from './append-events.ts';
import type { CommandSender } from './command-sender.ts';
import type { CommandResult, Gateway, PageRequest } from './gateway.ts';
import type { GatewayDependencies } from './local-gateway.ts';
import type { CommandReply } from './partition-ports.ts';
import { routesOf } from './router.ts';

/** The gateway's part for what comes in from outside, and for what could not be applied. */
export class GatewayEvents {
  readonly #deps: GatewayDependencies;
  readonly #commands: CommandSender;

  constructor(deps: GatewayDependencies, commands: CommandSender) {
    this.#deps = deps;
    this.#commands = commands;
  }

  async publish(events: readonly CloudEvent[]): Promise<void> {
    for (const event of events) checkEvent(event, { external: false });
    await appendEvents(this.#deps.log, this.#deps.definitions, events);
  }

  async callback(token: string, report: Parameters<Gateway['callback']>[1]): Promise<CommandResult> {
    const { run: key, effect } = verifyCallback(this.#deps.callbackKey, token);
    const [name, run] = splitOnce(key);
    const { kind, ...rest } = report;
    const type = {
      success: COMMANDS.callbackSuccess,
      failure: COMMANDS.callbackFailure,
      heartbeat: COMMANDS.callbackHeartbeat,
    }[kind];
    try {
      const reply = await this.#commands.send(name, run, type, { effect, ...rest });
      return { applied: reply !== undefined };
    } catch (error) {
      const gone =
        error instanceof TidegateError && (error.code === 'RUN_ENDED' || error.code === 'RUN_NOT_FOUND');
      if (gone)
        throw new TidegateError('CALLBACK_CLOSED', `effect ${effect} is not pending: its run is over`);
      throw error;
    }
  }

  listDeadLetters(filter: { workflow?: string; run?: string }, page: PageRequest): Promise<Page<DeadLetter>> {
    return this.#deps.store.deadLetters(filter, page);
  }
  async getDeadLetter(id: string): Promise<DeadLetter> {
    const letter = await this.#deps.store.deadLetter(id);
    if (letter === undefined)
      throw new TidegateError('DEAD_LETTER_NOT_FOUND', `there is no dead letter "${id}"`);
    return letter;
  }
  async replayDeadLetter(id: string): Promise<void> {
    const letter = await this.getDeadLetter(id);
    const replies =
      letter.effect === undefined
        ? await this.#replayEvent(letter)
        : [
            await this.#commands.send(letter.workflow!, letter.run!, COMMANDS.retryEffect, {
              pending: JSON.parse(letter.effect),
            }),
          ];
    if (replies.includes(undefined)) {
      const message = `the replay of "${id}" stands in the log but is not applied yet; the dead letter stays`;
      throw new TidegateError('NOT_READY', message);
    }
    await this.deleteDeadLetter(id);
  }

  async #replayEvent(letter: DeadLetter): Promise<(CommandReply | undefined)[]> {
    const event = await this.#readAgain(letter);
    const routes =
      letter.run === undefined
        ? await routesOf(event, this.#deps.definitions)
        : [{ workflow: letter.workflow!, run: letter.run }];
    if (routes.length === 0)
      throw new TidegateError('EVENT_WITHOUT_RUN', `still no run wants event ${event.id}`);
    return Promise.all(
      routes.map(({ workflow, run }) => this.#commands.send(workflow, run, COMMANDS.replay, { event })),
    );
  }

  async #readAgain({ id, event }: DeadLetter): Promise<CloudEvent> {
    try {
      return JSON.parse(event ?? '') as CloudEvent;
    } catch {
      throw new TidegateError(
        'INVALID_EVENT',
        `dead letter "${id}" holds no event that can be read; it can only be deleted`,
      );
    }
  }

  async deleteDeadLetter(id: string): Promise<void> {
    if (!(await this.#deps.store.deleteDeadLetter(id))) {
      throw new TidegateError('DEAD_LETTER_NOT_FOUND', `there is no dead letter "${id}"`);
    }
  }
}

function splitOnce(key: string): [string, string] {
  const slash = key.indexOf('/');
  return [key.slice(0, slash), key.slice(slash + 1)];
}
