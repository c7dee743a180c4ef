import { compileDefinition, parseDefinitionText } from '../compilers/index.ts';
import { COMMANDS, compileWorkflow } from '../engine/index.ts';
import type { TriggerDefinition, TriggersDefinition } from '../model/documents.ts';
import { type Diagnostic, TidegateError } from '../model/errors.ts';
import { isEnded, runKeyOf, STANDING_RUN } from '../model/run.ts';
import type { Page, StoredWorkflow } from '../stores/state-store.ts';
import type { CommandSender } from './command-sender.ts';
import type { Gateway, PageRequest } from './gateway.ts';
import type { GatewayDependencies } from './local-gateway.ts';

/** The gateway's part for definitions: workflows, their versions and triggers. */
export class GatewayWorkflows {
  readonly #deps: GatewayDependencies;
  readonly #commands: CommandSender;

  constructor(deps: GatewayDependencies, commands: CommandSender) {
    this.#deps = deps;
    this.#commands = commands;
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
    if (triggers === undefined) throw invalidDefinition(name, diagnostics);
    try {
      compileWorkflow(name, 1, triggers, this.#deps.limits);
    } catch (error) {
      // The dialect's own check has missed it: what is stored must compile wherever it runs.
      if (!(error instanceof TidegateError)) throw error;
      const { code, message } = error;
      throw invalidDefinition(name, [...diagnostics, { code, severity: 'error', message, pointer: '' }]);
    }
    const definition =
      typeof body.definition === 'string' ? parseDefinitionText(body.definition).value : body.definition;
    const before = (await store.getWorkflow(name))?.version;
    const createdAt = new Date(clock.now()).toISOString();
    const workflow = await store.putWorkflow({
      name,
      format: body.format,
      definition,
      createdAt,
      triggers: triggers.triggers,
    });
    definitions.forget(name);
    await this.#deps.announce?.(name);
    const created = workflow.version !== before;
    if (triggers.run === 'standing') await this.#stand(workflow, created);
    return { workflow, created, warnings: diagnostics };
  }

  /** Starts the standing run, or has it adopt the new version. */
  async #stand({ name, version }: StoredWorkflow, created: boolean): Promise<void> {
    const key = runKeyOf(name, STANDING_RUN);
    const existing = await this.#deps.store.getRun(key);
    if (existing === undefined)
      await this.#commands.send(name, STANDING_RUN, COMMANDS.start, { version, input: null });
    else if (created && !isEnded(existing.head.status)) {
      await this.#commands.send(name, STANDING_RUN, COMMANDS.adopt, { version });
    }
  }

  /** The given version, once it is known to be there, or the newest. */
  async versionOf(name: string, version: number | undefined): Promise<number> {
    const newest = version === undefined ? await this.#deps.store.newestVersion(name) : undefined;
    return newest ?? (await this.getWorkflow(name, version)).version;
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
            this.#commands
              .send(name, key.slice(name.length + 1), COMMANDS.cancel, { reason: 'the workflow was deleted' })
              .catch((error: unknown) => {
                if (!(error instanceof TidegateError) || error.code !== 'RUN_ENDED') throw error;
              }),
          ),
        );
      }
    }
    await this.#deps.store.deleteWorkflow(name);
    this.#deps.definitions.forget(name, true);
    await this.#deps.announce?.(name);
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

function invalidDefinition(name: string, diagnostics: readonly Diagnostic[]): TidegateError {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const first = errors[0];
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return new TidegateError(
    'INVALID_DEFINITION',
    `workflow "${name}": ${first?.message ?? 'does not compile'}${more}`,
    { details: { diagnostics }, ...(first && { place: first }) },
  );
}
