import { ACCEPTED, EffectError, type Invoker } from '../../../src/actions/index.ts';
import { COMMANDS } from '../../../src/engine/index.ts';
import type { Effect } from '../../../src/model/effect.ts';
import type { Faults } from './faults.ts';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';
import type { Trace } from './trace.ts';

/** One call of a target, as the target saw it. */
export interface Call {
  readonly effect: string;
  readonly kind: string;
  readonly run: string;
  readonly trigger: string;
  readonly request: string;
  readonly at: number;
  /** The effect was in an acknowledged checkpoint when the call came. */
  readonly stored: boolean;
  /** Life of the store at the call. */
  readonly life: number;
}

/** What a task comes to, and after how many milliseconds. */
export type TaskBehaviour = (
  resource: string,
  argument: unknown,
) => { readonly takesMs?: number } & (
  | { readonly result: unknown }
  | { readonly error: string; readonly cause?: string }
);

/** What a function does once no fault strikes; it must depend on nothing but the effect. */
export type Behaviour = (effect: Effect) => unknown;

export interface TargetSurroundings {
  readonly timeline: Timeline;
  readonly faults: Faults;
  readonly random: Random;
  readonly trace: Trace;
  readonly life: () => number;
  readonly isStored: (effect: string) => boolean;
  /** How an asynchronous target reports: an event for the run. */
  readonly report: (event: Record<string, unknown>) => void;
}

/**
 * The world's functions and services. They live outside the workers: what they were asked they do, though the worker that
 * asked may be dead when they answer.
 */
export class Targets {
  readonly calls: Call[] = [];
  readonly functions = new Map<string, Behaviour>();
  /** By the name of the workflow. */
  readonly tasks = new Map<string, TaskBehaviour>();
  readonly #around: TargetSurroundings;
  #reports = 0;

  constructor(around: TargetSurroundings) {
    this.#around = around;
  }

  /** Called with its answer at the end: the functions of the workload by name. */
  readonly function: Invoker = {
    targetOf: (effect) => (effect.request as { name: string }).name,
    invoke: (effect) => this.#perform(effect, () => this.#answerOf(effect)),
  };

  /** Takes the call and reports later, now and then twice; it also sends a sign of life. */
  readonly asynchronous: Invoker = {
    targetOf: (effect) => (effect.request as { url: string }).url,
    invoke: (effect) =>
      this.#perform(effect, () => {
        const { random, timeline, faults } = this.#around;
        const report = (type: string, data: object) =>
          this.#report(effect, type, { effect: effect.id, ...data });
        if (random.chance(0.3))
          timeline.after(random.int(1, 50), () => report(COMMANDS.callbackHeartbeat, {}));
        const times = faults.strikes('targetAnswersTwice') ? 2 : 1;
        for (let i = 0; i < times; i++) {
          timeline.after(random.int(5, 300), () =>
            report(COMMANDS.callbackSuccess, { result: { of: effect.trigger } }),
          );
        }
        return ACCEPTED;
      }),
  };

  /** The tasks of state machines. They never fail by themselves: an error is for the machine to handle, and seen in its result. */
  readonly task: Invoker = {
    targetOf: (effect) => (effect.request as { resource: string }).resource,
    invoke: async (effect) => {
      const { timeline, random } = this.#around;
      this.note(effect);
      const { resource, arguments: argument } = effect.request as { resource: string; arguments: unknown };
      const answer = this.tasks.get(effect.run.slice(0, effect.run.indexOf('/')))!(resource, argument);
      await timeline.sleep((answer.takesMs ?? 0) + random.int(0, 50));
      if ('result' in answer) return answer.result;
      throw new EffectError({ code: answer.error, message: answer.cause ?? '', retryable: false });
    },
  };

  #report(effect: Effect, type: string, data: object): void {
    const slash = effect.run.indexOf('/');
    this.#around.report({
      specversion: '1.0',
      id: `report-${++this.#reports}`,
      source: '/target',
      type,
      workflow: effect.run.slice(0, slash),
      run: effect.run.slice(slash + 1),
      data,
    });
  }

  #answerOf(effect: Effect): unknown {
    const { name } = effect.request as { name: string };
    const behaviour = this.functions.get(name);
    if (behaviour !== undefined) return behaviour(effect);
    const message = `there is no function "${name}"`;
    throw new EffectError({ code: 'FUNCTION_NOT_FOUND', message, retryable: false });
  }

  /** Notes a call, whoever performs it. */
  note(effect: Effect): void {
    const { timeline, trace, life, isStored } = this.#around;
    this.calls.push({
      effect: effect.id,
      kind: effect.kind,
      run: effect.run,
      trigger: effect.trigger,
      request: JSON.stringify(effect.request),
      at: timeline.now(),
      stored: isStored(effect.id),
      life: life(),
    });
    trace.add(`target ${effect.id}`);
  }

  async #perform(effect: Effect, answer: () => unknown): Promise<unknown> {
    const { timeline, faults, random } = this.#around;
    this.note(effect);
    if (faults.strikes('targetHangs')) return new Promise(() => {});
    await timeline.sleep(random.int(0, random.chance(0.1) ? 200 : 10));
    if (faults.strikes('targetFails')) {
      throw new EffectError({
        code: 'EFFECT_FAILED',
        message: 'the target is out of order',
        retryable: true,
      });
    }
    return answer();
  }
}
