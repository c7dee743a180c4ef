import { verifyCallback } from '../actions/index.ts';
import { compileDefinition, parseDefinitionText } from '../compilers/index.ts';
import { COMMANDS, type CommandData, loadRun, type RunState } from '../engine/index.ts';
import type { EventLog } from '../logs/event-log.ts';
import type { CloudEvent } from '../model/cloud-event.ts';
import { checkEvent } from '../model/cloud-event-codec.ts';
import type { TriggerDefinition, TriggersDefinition } from '../model/documents.ts';
import { TidegateError } from '../model/errors.ts';
import { type Limits, requireWithin } from '../model/limits.ts';
import { partitionOf } from '../model/partition.ts';
import { isEnded, type RunDocument, runKeyOf, STANDING_RUN } from '../model/run.ts';
import type { DeadLetter, Page, RunFilter, StateStore, StoredWorkflow } from '../stores/state-store.ts';
import type { Clock, Randomness } from './clock.ts';
import type { Definitions } from './definitions.ts';
import type {
  CommandResult,
  ContextDocument,
  Gateway,
  Health,
  HistoryPage,
  Metric,
  PageRequest,
  RunNotice,
} from './gateway.ts';
import type { CommandReply } from './partition-ports.ts';
import { keyOf, routesOf } from './router.ts';
import { appendCommand } from './run-invokers.ts';
import { documentOfHead, type RunWatch } from './run-watch.ts';

/** A command is answered when applied, at the latest after so many milliseconds (then 202). */
const COMMAND_BOUND_MS = 10_000;

export interface GatewayDependencies {
  readonly log: EventLog;
  readonly store: StateStore;
  readonly definitions: Definitions;
  readonly watch: RunWatch;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly limits: Limits;
  /** Signs callback URLs. */
  readonly callbackKey: string;
  health(): Promise<Health>;
  metrics(): readonly Metric[];
}

/** The gateway of a process that holds log and store itself. */
export class LocalGateway implements Gateway {
  readonly #deps: GatewayDependencies;
  readonly records: Gateway['records'];

  constructor(deps: GatewayDependencies) {
    this.#deps = deps;
    const { store } = deps;
    this.records = {
      put: (collection, id, value, expiresAt) => store.putRecord(collection, id, value, expiresAt),
      add: (collection, id, value, expiresAt) => store.addRecord(collection, id, value, expiresAt),
      get: (collection, id) => store.getRecord(collection, id),
      list: (collection) => store.listRecords(collection),
      delete: (collection, id) => store.deleteRecord(collection, id),
    };
  }

  get limits(): Limits {
    return this.#deps.limits;
  }

  compile(format: string, definition: unknown): ReturnType<Gateway['compile']> {
    return compileDefinition(format, definition, { limits: this.#deps.limits });
  }

  async putWorkflow(
    name: string,
    body: { format: string; definition: unknown },
  ): ReturnType<Gateway['putWorkflow']> {
    const { store, definitions, clock } = this.#deps;
    const { diagnostics, triggers } = this.compile(body.format, body.definition);
    if (triggers === undefined) {
      const errors = diagnostics.filter(({ severity }) => severity === 'error');
      const first = errors[0];
      const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
      throw new TidegateError(
        'INVALID_DEFINITION',
        `workflow "${name}": ${first?.message ?? 'does not compile'}${more}`,
        {
          details: { diagnostics },
          ...(first && { place: first }),
        },
      );
    }
    const definition =
      typeof body.definition === 'string' ? parseDefinitionText(body.definition).value : body.definition;
    const before = (await store.getWorkflow(name))?.version;
    const createdAt = new Date(clock.now()).toISOString();
    const workflow = await store.putWorkflow({ name, format: body.format, definition, createdAt });
    definitions.forget(name);
    const created = workflow.version !== before;
    if (triggers.run === 'standing') await this.#stand(workflow, created);
    return { workflow, created, warnings: diagnostics };
  }

  /** Starts the standing run, or has it adopt the new version. */
  async #stand({ name, version }: StoredWorkflow, created: boolean): Promise<void> {
    const key = runKeyOf(name, STANDING_RUN);
    const existing = await this.#deps.store.getRun(key);
    if (existing === undefined)
      await this.#command(name, STANDING_RUN, COMMANDS.start, { version, input: null });
    else if (created && !isEnded(existing.head.status)) {
      await this.#command(name, STANDING_RUN, COMMANDS.adopt, { version });
    }
  }

  async getWorkflow(name: string, version?: number): Promise<StoredWorkflow> {
    const workflow = await this.#deps.store.getWorkflow(name, version);
    if (workflow !== undefined) return workflow;
    if (version !== undefined && (await this.#deps.store.getWorkflow(name)) !== undefined) {
      throw new TidegateError('VERSION_NOT_FOUND', `workflow "${name}" has no version ${version}`);
    }
    throw new TidegateError('WORKFLOW_NOT_FOUND', `there is no workflow "${name}"`);
  }
  listWorkflows(page: PageRequest): Promise<Page<StoredWorkflow>> {
    return this.#deps.store.listWorkflows(page);
  }
  async listVersions(name: string): Promise<readonly number[]> {
    await this.getWorkflow(name);
    return this.#deps.store.listVersions(name);
  }

  async deleteWorkflow(name: string, { force }: { force: boolean }): Promise<void> {
    await this.getWorkflow(name);
    for (const status of ['RUNNING', 'PAUSED', 'STALLED'] as const) {
      for (;;) {
        const { items } = await this.#deps.store.listRuns({ workflow: name, status }, { limit: 100 });
        const others = items.filter(({ key }) => key !== runKeyOf(name, STANDING_RUN));
        if (others.length > 0 && !force) {
          throw new TidegateError(
            'WORKFLOW_IN_USE',
            `workflow "${name}" has runs that have not ended, such as ${others[0]!.key}`,
          );
        }
        if (items.length === 0) break;
        await Promise.all(
          items.map(({ key }) =>
            this.commandRun(name, key.slice(name.length + 1), 'cancel', {
              reason: 'the workflow was deleted',
            }).catch((error: unknown) => {
              if (!(error instanceof TidegateError) || error.code !== 'RUN_ENDED') throw error;
            }),
          ),
        );
      }
    }
    await this.#deps.store.deleteWorkflow(name);
    this.#deps.definitions.forget(name, true);
  }

  async listTriggers(name: string, version?: number): Promise<readonly TriggerDefinition[]> {
    const workflow = await this.getWorkflow(name, version);
    const compiled = await this.#deps.definitions.get(name, workflow.version);
    return compiled?.definition.triggers ?? [];
  }

  async changeTriggers(
    name: string,
    change: Parameters<Gateway['changeTriggers']>[1],
  ): ReturnType<Gateway['changeTriggers']> {
    const workflow = await this.getWorkflow(name);
    if (workflow.format !== 'triggers') {
      throw new TidegateError(
        'UNSUPPORTED_FORMAT',
        `workflow "${name}" has format ${workflow.format}: its triggers are compiled; change the definition instead`,
      );
    }
    const definition = workflow.definition as TriggersDefinition;
    const { triggers, trigger, created } = changedTriggers(name, definition.triggers, change);
    const put = await this.putWorkflow(name, { format: 'triggers', definition: { ...definition, triggers } });
    return { workflow: put.workflow, created, ...(trigger && { trigger }) };
  }

  async startRun(
    name: string,
    start: Parameters<Gateway['startRun']>[1],
    { waitMs }: { waitMs?: number } = {},
  ): ReturnType<Gateway['startRun']> {
    const { limits, randomness, watch } = this.#deps;
    requireWithin(limits, 'labels', Object.keys(start.labels ?? {}).length, 'the number of labels');
    const { version } = await this.getWorkflow(name, start.version);
    const id = start.id ?? randomness.token().slice(0, 22);
    const key = runKeyOf(name, id);
    let last: RunDocument | undefined;
    let wake = () => {};
    const unwatch =
      waitMs === undefined
        ? () => {}
        : watch.onRun(key, (notice) => {
            if (notice.kind !== 'run') return;
            last = notice.run;
            if (isEnded(last.status)) wake();
          });
    try {
      const reply = await this.#command(name, id, COMMANDS.start, {
        version,
        input: start.input ?? null,
        ...(start.labels && { labels: start.labels }),
      });
      if (reply === undefined) {
        const startedAt = new Date(this.#deps.clock.now()).toISOString();
        const accepted = {
          id,
          workflow: name,
          version,
          status: 'RUNNING',
          input: start.input ?? null,
          startedAt,
        } as const;
        return { run: { ...accepted, labels: start.labels ?? {} }, created: true };
      }
      if (waitMs !== undefined && reply.existed !== true && (last === undefined || !isEnded(last.status))) {
        await this.#pause(waitMs, (callback) => {
          wake = callback;
        });
      }
      const run =
        reply.existed === true && waitMs !== undefined
          ? await this.awaitEnd(name, id, waitMs)
          : await this.getRun(name, id);
      return { run, created: reply.existed !== true };
    } finally {
      unwatch();
    }
  }

  async getRun(name: string, run: string): Promise<RunDocument> {
    const stored = await this.#deps.store.getRun(runKeyOf(name, run));
    if (stored !== undefined) return documentOfHead(stored.head);
    await this.getWorkflow(name);
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
    const items = rows.map(({ sequence, value }) => {
      const { now, kind, ...rest } = JSON.parse(value) as { now: number; kind: string };
      return { sequence, at: new Date(now).toISOString(), kind, ...rest };
    });
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
    { reason }: { reason?: string } = {},
  ): Promise<CommandResult> {
    await this.getRun(name, run);
    const reply = await this.#command(name, run, COMMANDS[command], reason === undefined ? {} : { reason });
    return { applied: reply !== undefined };
  }

  async awaitEnd(name: string, run: string, waitMs: number): Promise<RunDocument> {
    let document = await this.getRun(name, run);
    if (isEnded(document.status)) return document;
    let wake = () => {};
    const unwatch = this.#deps.watch.onRun(runKeyOf(name, run), (notice) => {
      if (notice.kind !== 'run') return;
      document = notice.run;
      if (isEnded(document.status)) wake();
    });
    try {
      document = await this.getRun(name, run);
      if (!isEnded(document.status)) {
        await this.#pause(waitMs, (callback) => {
          wake = callback;
        });
      }
      return document;
    } finally {
      unwatch();
    }
  }

  async watchRun(name: string, run: string, listener: (notice: RunNotice) => void): Promise<() => void> {
    const unwatch = this.#deps.watch.onRun(runKeyOf(name, run), listener);
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
        reply = await this.#command(
          name,
          run,
          change.kind === 'add' ? COMMANDS.addTrigger : COMMANDS.putTrigger,
          {
            trigger: change.trigger,
          },
        );
        break;
      case 'intercept':
        reply = await this.#command(name, run, COMMANDS.intercept, { interception: change.interception });
        break;
      case 'remove-interception':
        reply = await this.#command(name, run, COMMANDS.removeInterception, { id: change.id });
        break;
      default:
        reply = await this.#command(name, run, COMMANDS.changeTrigger, {
          id: change.id,
          change: change.kind,
        });
    }
    return { applied: reply !== undefined };
  }

  /** Refuses a trigger that would not compile before it is appended. */
  #requireTrigger(trigger: TriggerDefinition): void {
    const { diagnostics, triggers } = this.compile('triggers', { run: 'standing', triggers: [trigger] });
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

  async publish(events: readonly CloudEvent[]): Promise<void> {
    const { log, definitions } = this.#deps;
    const byPartition = new Map<number, string[]>();
    const add = (key: string, event: CloudEvent) => {
      const partition = partitionOf(key, log.partitions);
      const values = byPartition.get(partition);
      if (values === undefined) byPartition.set(partition, [JSON.stringify(event)]);
      else values.push(JSON.stringify(event));
    };
    for (const event of events) {
      checkEvent(event, { external: false });
      if (event.workflow !== undefined && event.run !== undefined) {
        add(runKeyOf(event.workflow, event.run), event);
        continue;
      }
      const routes = await routesOf(event, definitions);
      // Nobody's event is kept all the same: its partition makes it a dead letter with the reason.
      if (routes.length === 0) add(runKeyOf(event.workflow ?? '', ''), event);
      for (const route of routes) add(keyOf(route), { ...event, workflow: route.workflow, run: route.run });
    }
    await Promise.all([...byPartition].map(([partition, values]) => log.append(partition, values)));
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
      const reply = await this.#command(name, run, type, { effect, ...rest });
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
            await this.#command(letter.workflow!, letter.run!, COMMANDS.retryEffect, {
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
      routes.map(({ workflow, run }) => this.#command(workflow, run, COMMANDS.replay, { event })),
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

  health(): Promise<Health> {
    return this.#deps.health();
  }
  metrics(): readonly Metric[] {
    return this.#deps.metrics();
  }

  /** Appends a command and waits for its owner's answer; undefined when none came within the bound. */
  async #command(
    workflow: string,
    run: string,
    type: string,
    data: CommandData & {
      readonly version?: number;
      readonly input?: unknown;
      readonly labels?: Readonly<Record<string, string>>;
    },
  ): Promise<CommandReply | undefined> {
    const { log, randomness, watch } = this.#deps;
    const id = randomness.token();
    let reply: CommandReply | undefined;
    let wake = () => {};
    const forget = watch.onReply(id, (answer) => {
      reply = answer;
      wake();
    });
    try {
      await appendCommand(log, {
        specversion: '1.0',
        id,
        source: '/tidegate/gateway',
        type,
        workflow,
        run,
        data,
      });
      if (reply === undefined) {
        await this.#pause(COMMAND_BOUND_MS, (callback) => {
          wake = callback;
        });
      }
    } finally {
      forget();
    }
    const answer = reply as CommandReply | undefined;
    if (answer?.error !== undefined) throw new TidegateError(answer.error.code, answer.error.message);
    return answer;
  }

  /** Waits until woken, at the most `ms`. */
  #pause(ms: number, wakeable: (wake: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#deps.clock.after(ms, resolve);
      wakeable(() => {
        cancel();
        resolve();
      });
    });
  }
}

function splitOnce(key: string): [string, string] {
  const slash = key.indexOf('/');
  return [key.slice(0, slash), key.slice(slash + 1)];
}

function changedTriggers(
  workflow: string,
  triggers: readonly TriggerDefinition[],
  change: Parameters<Gateway['changeTriggers']>[1],
): { triggers: TriggerDefinition[]; trigger?: TriggerDefinition; created: boolean } {
  const id = 'trigger' in change ? change.trigger.id : change.id;
  const present = triggers.find((trigger) => trigger.id === id);
  if (change.kind === 'add' && present !== undefined) {
    throw new TidegateError('TRIGGER_EXISTS', `workflow "${workflow}" has a trigger "${id}" already`);
  }
  if ((change.kind === 'patch' || change.kind === 'remove') && present === undefined) {
    throw new TidegateError('TRIGGER_NOT_FOUND', `workflow "${workflow}" has no trigger "${id}"`);
  }
  if (change.kind === 'remove')
    return { triggers: triggers.filter((trigger) => trigger.id !== id), created: false };
  const trigger = 'trigger' in change ? change.trigger : { ...present!, ...change.patch, id };
  if (present === undefined) return { triggers: [...triggers, trigger], trigger, created: true };
  return { triggers: triggers.map((each) => (each.id === id ? trigger : each)), trigger, created: false };
}
