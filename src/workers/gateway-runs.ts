import { COMMANDS, type ForkChange, loadRun, type RunState } from '../engine/index.ts';
import type { TriggerDefinition } from '../model/documents.ts';
import { TidegateError } from '../model/errors.ts';
import { requireWithin } from '../model/limits.ts';
import { isEnded, type RunDocument, runKeyOf } from '../model/run.ts';
import type { Page, RunFilter } from '../stores/state-store.ts';
import { AwaitedEnd } from './awaited-end.ts';
import type { CommandSender } from './command-sender.ts';
import type {
  CommandResult,
  ContextDocument,
  Gateway,
  HistoryPage,
  PageRequest,
  RunNotice,
} from './gateway.ts';
import type { GatewayWorkflows } from './gateway-workflows.ts';
import { historyItem } from './history-entry.ts';
import type { GatewayDependencies } from './local-gateway.ts';
import type { CommandReply } from './partition-ports.ts';
import { documentOfHead } from './run-notices.ts';

/** The gateway's part for runs: starting, showing, commanding, watching. */
export class GatewayRuns {
  readonly #deps: GatewayDependencies;
  readonly #commands: CommandSender;
  readonly #workflows: GatewayWorkflows;

  constructor(deps: GatewayDependencies, commands: CommandSender, workflows: GatewayWorkflows) {
    this.#deps = deps;
    this.#commands = commands;
    this.#workflows = workflows;
  }

  async startRun(
    name: string,
    start: Parameters<Gateway['startRun']>[1],
    { waitMs, leaving }: { waitMs?: number; leaving?: AbortSignal } = {},
  ): ReturnType<Gateway['startRun']> {
    const { limits, randomness, watch } = this.#deps;
    requireWithin(limits, 'labels', Object.keys(start.labels ?? {}).length, 'the number of labels');
    const version = await this.#workflows.versionOf(name, start.version);
    // A run's id does not begin with a hyphen, which base64url may.
    const id = start.id ?? randomness.token().slice(0, 22).replace(/^-/, '_');
    const input = start.input ?? null;
    const awaited =
      waitMs === undefined ? undefined : new AwaitedEnd(watch, runKeyOf(name, id), 'end-of-started', leaving);
    try {
      const reply = await this.#commands.send(
        name,
        id,
        COMMANDS.start,
        {
          version,
          input,
          ...(start.labels && { labels: start.labels }),
          ...(start.timeoutMs !== undefined && { timeoutMs: start.timeoutMs }),
        },
        { awaitsEnd: awaited !== undefined, traceparent: start.traceparent },
      );
      const created = reply?.existed !== true;
      if (!created && waitMs !== undefined) {
        return { run: await this.awaitEnd(name, id, waitMs, leaving), created };
      }
      if (waitMs !== undefined) await awaited?.wait(this.#commands, waitMs);
      if (awaited?.run !== undefined) return { run: awaited.run, created };
      if (reply !== undefined) return { run: await this.getRun(name, id), created };
      const stored = awaited && (await this.#deps.store.getRun(runKeyOf(name, id)));
      if (stored !== undefined) return { run: documentOfHead(stored.head), created };
      const startedAt = new Date(this.#deps.clock.now()).toISOString();
      const accepted = { id, workflow: name, version, status: 'RUNNING', input, startedAt } as const;
      return { run: { ...accepted, labels: start.labels ?? {} }, created };
    } finally {
      awaited?.forget();
    }
  }

  async getRun(name: string, run: string): Promise<RunDocument> {
    const stored = await this.#deps.store.getRun(runKeyOf(name, run));
    if (stored !== undefined) return documentOfHead(stored.head);
    await this.#workflows.getWorkflow(name);
    throw new TidegateError('RUN_NOT_FOUND', `workflow "${name}" has no run "${run}"`);
  }
  async listRuns(filter: RunFilter, page: PageRequest): Promise<Page<RunDocument>> {
    const { items, cursor } = await this.#deps.store.listRuns(filter, page);
    return { items: items.map(documentOfHead), ...(cursor !== undefined && { cursor }) };
  }

  async history(name: string, run: string, { cursor, limit }: PageRequest): Promise<HistoryPage> {
    await this.getRun(name, run);
    const from = cursor === undefined ? 1 : Number(cursor);
    if (!Number.isSafeInteger(from) || from < 1) {
      throw new TidegateError(
        'INVALID_PARAMETER',
        `cursor ${JSON.stringify(cursor)} is none that was given out`,
      );
    }
    const rows = await this.#deps.store.history(runKeyOf(name, run), from, limit);
    const items = rows.map(({ sequence, value }) => historyItem(sequence, value));
    return { items, ...(rows.length === limit && { cursor: String(from + limit) }) };
  }

  /** The run's state as last written. */
  async #state(
    name: string,
    run: string,
  ): Promise<{ state: RunState; statics: ReadonlySet<string>; triggers: TriggerDefinition[] }> {
    const stored = await this.#deps.store.getRun(runKeyOf(name, run));
    const workflow = stored && (await this.#deps.definitions.get(name, stored.head.version));
    if (stored === undefined || workflow === undefined) {
      await this.getRun(name, run);
      throw new TidegateError('VERSION_NOT_FOUND', `the version of run "${run}" is no longer there`);
    }
    const state = loadRun(workflow, stored);
    return {
      state,
      statics: new Set(workflow.triggers.keys()),
      triggers: state.triggerDefinitions(workflow.triggers.values()),
    };
  }

  async contexts(name: string, run: string): Promise<readonly ContextDocument[]> {
    const { state } = await this.#state(name, run);
    const documents: ContextDocument[] = [];
    for (const scope of [state.root, ...(state.scopes?.values() ?? [])]) {
      for (const context of scope.contexts?.values() ?? []) {
        documents.push({
          trigger: context.trigger.id,
          scope: scope.path,
          activations: context.activation,
          done: context.done,
          values: context.values,
          ...(context.members.size > 0 && { members: context.members.size }),
        });
      }
    }
    return documents;
  }

  async commandRun(
    name: string,
    run: string,
    command: Parameters<Gateway['commandRun']>[2],
    { reason, error }: { reason?: string; error?: string } = {},
  ): Promise<CommandResult> {
    await this.getRun(name, run);
    const reply = await this.#commands.send(name, run, COMMANDS[command], {
      ...(reason !== undefined && { reason }),
      ...(error !== undefined && { error }),
    });
    return { applied: reply !== undefined };
  }

  async changeFork(name: string, run: string, change: ForkChange): Promise<CommandResult> {
    await this.getRun(name, run);
    const reply = await this.#commands.send(name, run, COMMANDS.changeFork, { ...change });
    return { applied: reply !== undefined };
  }

  async awaitEnd(name: string, run: string, waitMs: number, leaving?: AbortSignal): Promise<RunDocument> {
    const document = await this.getRun(name, run);
    if (isEnded(document.status)) return document;
    const awaited = new AwaitedEnd(this.#deps.watch, runKeyOf(name, run), 'end', leaving);
    try {
      // It may have ended before anybody knew that its end is awaited.
      const again = await this.getRun(name, run);
      if (isEnded(again.status)) return again;
      await awaited.wait(this.#commands, waitMs);
      return awaited.run ?? (await this.getRun(name, run));
    } finally {
      awaited.forget();
    }
  }

  async watchRun(name: string, run: string, listener: (notice: RunNotice) => void): Promise<() => void> {
    const unwatch = this.#deps.watch.onRun(runKeyOf(name, run), 'all', listener);
    try {
      listener({ kind: 'run', run: await this.getRun(name, run) });
    } catch (error) {
      unwatch();
      throw error;
    }
    return unwatch;
  }

  async listRunTriggers(name: string, run: string): ReturnType<Gateway['listRunTriggers']> {
    const { triggers, statics, state } = await this.#state(name, run);
    return triggers.map((trigger) => ({
      ...trigger,
      dynamic: !statics.has(trigger.id) || state.dynamic?.triggers.has(trigger.id) === true,
    }));
  }

  async changeRunTriggers(
    name: string,
    run: string,
    change: Parameters<Gateway['changeRunTriggers']>[2],
  ): Promise<CommandResult> {
    await this.getRun(name, run);
    let reply: CommandReply | undefined;
    switch (change.kind) {
      case 'add':
      case 'put':
        this.#requireTrigger(change.trigger);
        reply = await this.#commands.send(
          name,
          run,
          change.kind === 'add' ? COMMANDS.addTrigger : COMMANDS.putTrigger,
          {
            trigger: change.trigger,
          },
        );
        break;
      case 'intercept':
        reply = await this.#commands.send(name, run, COMMANDS.intercept, {
          interception: change.interception,
        });
        break;
      case 'remove-interception':
        reply = await this.#commands.send(name, run, COMMANDS.removeInterception, { id: change.id });
        break;
      default:
        reply = await this.#commands.send(name, run, COMMANDS.changeTrigger, {
          id: change.id,
          change: change.kind,
        });
    }
    return { applied: reply !== undefined };
  }

  /** Refuses a trigger that would not compile before it is appended. */
  #requireTrigger(trigger: TriggerDefinition): void {
    const { diagnostics, triggers } = this.#workflows.compile('triggers', {
      run: 'standing',
      triggers: [trigger],
    });
    if (triggers !== undefined) return;
    const first = diagnostics.find(({ severity }) => severity === 'error');
    throw new TidegateError(
      'INVALID_DEFINITION',
      `trigger "${trigger.id}": ${first?.message ?? 'does not compile'}`,
      {
        details: { diagnostics },
      },
    );
  }
}
