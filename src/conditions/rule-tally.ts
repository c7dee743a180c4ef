import { type CloudEvent, EVENT_TYPES } from '../model/cloud-event.ts';
import type { RuleCondition, RuleMember } from '../model/documents.ts';
import type { Limits } from '../model/limits.ts';
import { scopePath } from '../triggers/index.ts';
import { bytesToCollect } from './collected.ts';
import type { ConditionContext } from './condition.ts';
import { type MemberKey, OUTCOMES } from './members.ts';

/** An effect that fails with this error has skipped its task: it is never retried, and rules count a skip. */
export const TASK_SKIPPED = 'TaskSkipped';

/** What became of one member, by the type of its event or the outcome of its scope. */
const STATES: Readonly<Record<string, string>> = {
  [EVENT_TYPES.taskSucceeded]: OUTCOMES.success,
  [EVENT_TYPES.taskFailed]: OUTCOMES.failed,
  [EVENT_TYPES.taskSkipped]: OUTCOMES.skipped,
  [EVENT_TYPES.taskUpstreamFailed]: OUTCOMES.upstreamFailed,
  succeeded: OUTCOMES.success,
  failed: OUTCOMES.failed,
  skipped: OUTCOMES.skipped,
  upstream_failed: OUTCOMES.upstreamFailed,
};
const WAIT_ONLY = '-';
/** The failure of a member that is not waited for. */
const IMPLIED_FAILURE = '+f';

/** `[count, done]` of a member's instances. */
type Instances = Readonly<Record<string, readonly [count: number, done: number]>>;

/** What one tally amounts to; of counted members only, but `complete` speaks of all. */
export interface Tally {
  readonly success: number;
  readonly failed: number;
  readonly skipped: number;
  readonly upstreamFailed: number;
  /** Setups among the members, by outcome. */
  readonly setups: { readonly all: number; readonly success: number; readonly skipped: number };
  readonly complete: boolean;
}

/** Who is waited for, indexed once per trigger. */
export class RuleTally {
  readonly members: readonly RuleMember[];
  readonly collect: RuleCondition['collect'];
  /** Places of the members that decide beside the rule. */
  readonly gates: readonly number[];
  readonly required: readonly number[];
  readonly sources: readonly number[];
  readonly #bySubject = new Map<string, number[]>();
  readonly #byFork = new Map<string, number[]>();
  readonly #forked: number;

  readonly #waitedFor: number;
  readonly #limits: Limits;

  constructor({ needs, collect }: RuleCondition, limits: Limits) {
    this.#limits = limits;
    this.members = needs;
    this.#waitedFor = needs.filter(({ implied }) => !implied).length;
    this.collect = collect;
    const places = (has: (member: RuleMember) => unknown) =>
      needs.flatMap((member, place) => (has(member) ? [place] : []));
    this.gates = places((member) => member.gate);
    this.required = places((member) => member.required);
    this.sources = places((member) => member.source);
    this.#forked = places((member) => member.fork !== undefined).length;
    needs.forEach(({ subject, fork }, place) => {
      append(this.#bySubject, subject, place);
      if (fork !== undefined) append(this.#byFork, fork, place);
    });
  }

  /** Takes the event into the tally of the level the context stands for. */
  take(event: CloudEvent, context: ConditionContext): void {
    const { type, subject } = event;
    if (subject === undefined) return;
    if (type === EVENT_TYPES.scopeForked) {
      for (const place of this.#byFork.get(subject) ?? []) this.#expect(place, event, context);
      return;
    }
    for (const place of this.#bySubject.get(subject) ?? []) {
      if (type === EVENT_TYPES.taskBranched) this.#passGate(place, event, context);
      else if (type === EVENT_TYPES.scopeEnded) this.#takeScope(place, event, context);
      else this.#takeTask(place, event, context);
    }
  }

  /** A fork of no scopes says nothing yet: the event that its task was skipped follows. */
  #expect(place: number, event: CloudEvent, context: ConditionContext): void {
    const { count } = event.data as { count: number };
    const known = instancesOf(context);
    if (count === 0 || known[place] !== undefined) return;
    context.values['instances'] = { ...known, [place]: [count, 0] };
    context.touch();
  }

  /** A branch chose; or a short circuit cut everything behind it. */
  #passGate(place: number, event: CloudEvent, context: ConditionContext): void {
    const { gate } = this.members[place]!;
    if (gate === undefined) return;
    const { chosen, cut } = event.data as { chosen: readonly string[]; cut?: boolean };
    if (gate.keep !== undefined && chosen.some((name) => gate.keep!.includes(name))) return;
    this.#close(cut === true, context);
  }

  #close(cut: boolean, context: ConditionContext): void {
    context.values['closed'] = cut ? 'cut' : 'skipped';
    context.touch();
  }

  #takeScope(place: number, event: CloudEvent, context: ConditionContext): void {
    const { fork } = this.members[place]!;
    if (fork === undefined || fork !== event.subject) return;
    const { index, outcome, result } = event.data as { index: number; outcome: string; result: unknown };
    this.#add(place, index, STATES[outcome], result, context);
  }

  #takeTask(place: number, event: CloudEvent, context: ConditionContext): void {
    const { fork, gate } = this.members[place]!;
    const inside = (event.scope ?? scopePath.ROOT) !== context.scope;
    if (inside && fork === undefined) return;
    const data = event.data as { error?: unknown; cut?: unknown } | null | undefined;
    let state = STATES[event.type];
    if (state === OUTCOMES.failed && data?.error === TASK_SKIPPED) state = OUTCOMES.skipped;
    if (gate !== undefined && gate.keep === undefined && state === OUTCOMES.skipped && data?.cut === true) {
      this.#close(true, context);
    }
    this.#add(place, inside ? scopePath.indexOf(event.scope!) : undefined, state, event.data, context);
  }

  #add(
    place: number,
    index: number | undefined,
    state: string | undefined,
    data: unknown,
    context: ConditionContext,
  ): void {
    if (state === undefined) return;
    const { setup, waitOnly, implied } = this.members[place]!;
    if (implied && !this.#keeps(state)) return;
    const letter = implied
      ? IMPLIED_FAILURE
      : waitOnly
        ? WAIT_ONLY + state
        : setup
          ? state.toUpperCase()
          : state;
    const kept = this.#keeps(state) ? (data ?? null) : undefined;
    const bytes = bytesToCollect(this.#limits, context.members, kept);
    if (!context.members.add(this.#key(place, index), letter, kept, bytes)) return;
    if (index !== undefined) {
      const known = instancesOf(context);
      const [count, done] = known[place] ?? [Number.MAX_SAFE_INTEGER, 0];
      context.values['instances'] = { ...known, [place]: [count, done + 1] };
    }
    context.touch();
  }

  #keeps(state: string): boolean {
    if (this.collect === 'results') return state === OUTCOMES.success;
    return this.collect === 'failures' && state === OUTCOMES.failed;
  }

  /** One member alone has its instances under their indices, so that results come in that order. */
  #key(place: number, index: number | undefined): MemberKey {
    if (this.members.length === 1) return index ?? 'task';
    return index === undefined ? place : `${place}.${index}`;
  }

  /** What became of a member as a whole: an outcome, `instances` once all of them are done, undefined before. */
  stateOf(place: number, context: ConditionContext): string | undefined {
    for (let level: ConditionContext | undefined = context; level !== undefined; level = level.outer) {
      const state = level.members.outcomeOf(this.#key(place, undefined));
      if (state !== undefined) return state.replace(WAIT_ONLY, '').toLowerCase();
      const instances = instancesOf(level)[place];
      if (instances !== undefined) return instances[0] === instances[1] ? 'instances' : undefined;
    }
    return undefined;
  }

  /** As `stateOf`, but for instances the worst of them: one failure is enough, a skip waits for the others. */
  worstOf(place: number, context: ConditionContext): string | undefined {
    const state = this.stateOf(place, context);
    if (this.members[place]!.fork === undefined || (state !== undefined && state !== 'instances'))
      return state;
    let skipped = false;
    for (let level: ConditionContext | undefined = context; level !== undefined; level = level.outer) {
      const count = instancesOf(level)[place]?.[0] ?? 0;
      for (let index = 0; index < count; index++) {
        const outcome = level.members
          .outcomeOf(this.#key(place, index))
          ?.replace(WAIT_ONLY, '')
          .toLowerCase();
        if (outcome === OUTCOMES.failed || outcome === OUTCOMES.upstreamFailed) return outcome;
        skipped ||= outcome === OUTCOMES.skipped;
      }
    }
    return state === undefined ? undefined : skipped ? OUTCOMES.skipped : OUTCOMES.success;
  }

  /** The outcome a gate gave, at whatever level. */
  closed(context: ConditionContext): string | undefined {
    for (let level: ConditionContext | undefined = context; level !== undefined; level = level.outer) {
      const closed = level.values['closed'];
      if (closed !== undefined) return closed as string;
    }
    return undefined;
  }

  /** The tallies of the context and of those around it as one. */
  total(context: ConditionContext): Tally {
    let done = 0;
    let expected = this.#waitedFor;
    const counts = { s: 0, f: 0, k: 0, u: 0, S: 0, F: 0, K: 0, U: 0 };
    for (let level: ConditionContext | undefined = context; level !== undefined; level = level.outer) {
      const { members } = level;
      done += members.size - members.count(IMPLIED_FAILURE);
      for (const letter of LETTERS) counts[letter] += members.count(letter);
      if (this.#forked === 0) continue;
      for (const [count] of Object.values(instancesOf(level))) expected += count - 1;
    }
    return {
      success: counts.s + counts.S,
      failed: counts.f + counts.F,
      skipped: counts.k + counts.K,
      upstreamFailed: counts.u + counts.U,
      setups: {
        all: counts.S + counts.F + counts.K + counts.U,
        success: counts.S,
        skipped: counts.K,
      },
      complete: done === expected,
    };
  }

  /** Lets the actions of this firing read what was collected; it is not stored a second time. */
  offer(context: ConditionContext): void {
    if (this.collect === undefined) return;
    const { members } = context;
    const value =
      this.collect === 'results'
        ? members.entriesOf(OUTCOMES.success).map(({ data }) => data)
        : this.#failures(context);
    Object.defineProperty(context.values, this.collect, {
      value,
      enumerable: false,
      configurable: true,
      writable: true,
    });
  }

  #failures({ members }: ConditionContext): unknown[] {
    const found = [
      OUTCOMES.failed,
      WAIT_ONLY + OUTCOMES.failed,
      IMPLIED_FAILURE,
      OUTCOMES.failed.toUpperCase(),
    ].flatMap((letter) => [...members.entriesOf(letter)]);
    return found
      .map(({ key, data }) => ({ ...this.#placeOf(key), data }))
      .toSorted((a, b) => a.place - b.place || (a.index ?? 0) - (b.index ?? 0))
      .map(({ place, index, data }) => {
        const { error, cause } = (data ?? {}) as { error?: unknown; cause?: unknown };
        return {
          task: this.members[place]!.subject,
          ...(index !== undefined && { index }),
          error: error ?? null,
          cause: cause ?? null,
        };
      });
  }

  #placeOf(key: MemberKey): { place: number; index: number | undefined } {
    if (this.members.length === 1) return { place: 0, index: typeof key === 'number' ? key : undefined };
    if (typeof key === 'number') return { place: key, index: undefined };
    const [place, index] = key.split('.');
    return { place: Number(place), index: Number(index) };
  }
}

const LETTERS = ['s', 'f', 'k', 'u', 'S', 'F', 'K', 'U'] as const;

function instancesOf(context: ConditionContext): Instances {
  return (context.values['instances'] as Instances | undefined) ?? {};
}

function append(map: Map<string, number[]>, key: string, place: number): void {
  const places = map.get(key);
  if (places === undefined) map.set(key, [place]);
  else places.push(place);
}
