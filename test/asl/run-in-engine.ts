import type { StartRunRequest } from '../../src/actions/start-run.ts';
import type { StateMachine } from '../../src/compilers/asl/model.ts';
import { compileDefinition } from '../../src/compilers/index.ts';
import { COMMANDS, type CompiledWorkflow, compileWorkflow } from '../../src/engine/index.ts';
import type { Effect } from '../../src/model/effect.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { type Behaviour, Driver } from '../engine/drive.ts';
import type { World } from './interpreter/index.ts';

export interface EngineRunOptions {
  /** Which of `count` pending effects completes next; default the oldest. */
  readonly choose?: (count: number) => number;
  /** Forgets the run after each input and makes it again from what was written. */
  readonly reload?: boolean;
}

/** What a run came to. */
export interface EngineRun {
  readonly status: string;
  readonly output?: unknown;
  readonly error?: string | undefined;
  readonly cause?: unknown;
}

/** Runs a machine over the pure step: in memory, in virtual time, its tasks performed by the world. */
export function runInEngine(
  machine: StateMachine,
  input: unknown,
  world: World,
  options: EngineRunOptions = {},
): EngineRun {
  return runOf(compiledMachine(machine), { input }, world, options);
}

/** The same, with everything that is known of the run afterwards. */
export function driveInEngine(machine: StateMachine, input: unknown, world: World): Driver {
  return driverOf(compiledMachine(machine), { input }, world, {});
}

function runOf(...run: Parameters<typeof driverOf>): EngineRun {
  return driverOf(...run).result as EngineRun;
}

/** `entry`: the run is the item of a distributed map. */
function driverOf(
  workflow: CompiledWorkflow,
  { input, entry }: Pick<StartRunRequest, 'input' | 'entry'>,
  world: World,
  options: EngineRunOptions,
): Driver {
  const { choose, reload } = options;
  const driver = new Driver(workflow, {
    input,
    behaviour: behaviourOf(world, (child) => runOf(workflow, child, world, options)),
    ...(choose && { choose }),
    ...(reload && { between: (each) => each.reload() }),
  });
  driver.command(COMMANDS.start, { input, ...(entry !== undefined && { entry }) });
  return driver.finish();
}

export function compiledMachine(machine: StateMachine): CompiledWorkflow {
  const { triggers, diagnostics } = compileDefinition('asl', machine, { limits: LIMITS });
  if (triggers === undefined) throw new Error(`the machine does not compile: ${JSON.stringify(diagnostics)}`);
  return compileWorkflow('w', 1, triggers, LIMITS);
}

/** Answers at once, as if the time had passed; what takes longer than its time-out fails by it. */
function behaviourOf(world: World, startRun: (start: StartRunRequest) => EngineRun): Behaviour {
  return (effect: Effect) => {
    if (effect.kind === 'start-run') return endOf(startRun(effect.request as StartRunRequest));
    // The children of a map that has failed end at once here, so there is nothing left to take back.
    if (effect.kind === 'revoke') return { result: null };
    if (effect.kind !== 'task') throw new Error(`nobody performs ${effect.kind} here`);
    const { resource, arguments: argument } = effect.request as { resource: string; arguments: unknown };
    const answer = world.call(resource, argument, { state: effect.subject, retryCount: 0 });
    if ((answer.takesMs ?? 0) > (effect.policy.timeoutMs ?? Number.POSITIVE_INFINITY)) {
      return { failure: { code: 'EFFECT_TIMEOUT', message: 'took too long' } };
    }
    if ('result' in answer) return { result: answer.result };
    return { failure: { code: answer.error, message: answer.cause ?? '', retryable: false } };
  };
}

function endOf({ status, output, error, cause }: EngineRun): ReturnType<Behaviour> {
  if (status === 'SUCCEEDED') return { result: output };
  return { failure: { code: error ?? 'RUN_FAILED', message: String(cause ?? ''), retryable: false } };
}
