import type { EventLog } from '../logs/event-log.ts';
import type { Limits } from '../model/limits.ts';
import type { StateStore } from '../stores/state-store.ts';
import type { ActivityTasks } from './activity-tasks.ts';
import type { Clock, Randomness } from './clock.ts';
import type { CommandSeal } from './command-seal.ts';
import { CommandSender } from './command-sender.ts';
import type { Definitions } from './definitions.ts';
import type { Gateway, Health, Metric } from './gateway.ts';
import { GatewayEvents } from './gateway-events.ts';
import { GatewayRuns } from './gateway-runs.ts';
import { GatewayWorkflows } from './gateway-workflows.ts';
import type { Watch } from './watch.ts';

export interface GatewayDependencies {
  readonly log: EventLog;
  readonly seal?: CommandSeal | undefined;
  readonly store: StateStore;
  readonly definitions: Definitions;
  /** Tells other processes that a workflow's versions have changed. */
  readonly announce?: (workflow: string) => Promise<void>;
  readonly watch: Watch;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly limits: Limits;
  /** Signs callback URLs. */
  readonly callbackKey: string;
  readonly activities: ActivityTasks;
  health(): Promise<Health>;
  metrics(): Promise<readonly Metric[]>;
}

/** The gateway of a process that holds log and store itself. */
export function localGateway(deps: GatewayDependencies): Gateway {
  const { store, limits, activities, health, metrics } = deps;
  const commands = new CommandSender(deps);
  const workflows = new GatewayWorkflows(deps, commands);
  const runs = new GatewayRuns(deps, commands, workflows);
  const events = new GatewayEvents(deps, commands);
  return {
    limits,
    compile: workflows.compile.bind(workflows),
    putWorkflow: workflows.putWorkflow.bind(workflows),
    getWorkflow: workflows.getWorkflow.bind(workflows),
    listWorkflows: workflows.listWorkflows.bind(workflows),
    listVersions: workflows.listVersions.bind(workflows),
    deleteWorkflow: workflows.deleteWorkflow.bind(workflows),
    listTriggers: workflows.listTriggers.bind(workflows),
    changeTriggers: workflows.changeTriggers.bind(workflows),
    startRun: runs.startRun.bind(runs),
    getRun: runs.getRun.bind(runs),
    listRuns: runs.listRuns.bind(runs),
    history: runs.history.bind(runs),
    contexts: runs.contexts.bind(runs),
    commandRun: runs.commandRun.bind(runs),
    changeFork: runs.changeFork.bind(runs),
    awaitEnd: runs.awaitEnd.bind(runs),
    watchRun: runs.watchRun.bind(runs),
    listRunTriggers: runs.listRunTriggers.bind(runs),
    changeRunTriggers: runs.changeRunTriggers.bind(runs),
    publish: events.publish.bind(events),
    callback: events.callback.bind(events),
    listDeadLetters: events.listDeadLetters.bind(events),
    getDeadLetter: events.getDeadLetter.bind(events),
    replayDeadLetter: events.replayDeadLetter.bind(events),
    deleteDeadLetter: events.deleteDeadLetter.bind(events),
    records: {
      put: store.putRecord.bind(store),
      add: store.addRecord.bind(store),
      get: store.getRecord.bind(store),
      list: store.listRecords.bind(store),
      delete: store.deleteRecord.bind(store),
    },
    activities,
    health,
    metrics,
  };
}
