import fc from 'fast-check';
import { TRIGGER_RULES } from '../../src/model/documents.ts';
import type { Behaviour } from '../engine/drive.ts';
import type { Act, PlainTask } from './dag-interpreter.ts';

const anyAct = fc.constantFrom<Act>('succeed', 'succeed', 'succeed', 'fail', 'skip');

interface Draft {
  readonly needs: readonly number[];
  readonly rule: PlainTask['rule'];
  readonly act: Act;
  readonly list: readonly Act[] | undefined;
  readonly kind: 'task' | 'branch' | 'cut' | 'cut-direct';
  readonly picks: readonly number[];
  readonly go: boolean;
}

const draft = (place: number): fc.Arbitrary<Draft> =>
  fc.record({
    needs: place === 0 ? fc.constant([]) : fc.uniqueArray(fc.nat(place - 1), { maxLength: 3 }),
    rule: fc.oneof(fc.constant('all_success' as const), fc.constantFrom(...TRIGGER_RULES)),
    act: anyAct,
    list: fc.option(fc.array(anyAct, { maxLength: 3 }), { nil: undefined, freq: 4 }),
    kind: fc.constantFrom('task', 'task', 'task', 'task', 'branch', 'cut', 'cut-direct'),
    picks: fc.array(fc.nat(10), { maxLength: 2 }),
    go: fc.boolean(),
  });

/** A small DAG with every rule, mapping, branches and short circuits, in topological order. */
export const anyDag: fc.Arbitrary<PlainTask[]> = fc
  .integer({ min: 1, max: 8 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, place) => draft(place))))
  .map((drafts) =>
    drafts.map(({ needs, rule, act, list, kind, picks, go }, place): PlainTask => {
      const down = drafts.flatMap((other, at) => (other.needs.includes(place) ? [`t${at}`] : []));
      const chooser = down.length > 0 && kind !== 'task';
      return {
        id: `t${place}`,
        needs: needs.map((need) => `t${need}`),
        rule: needs.length === 0 ? 'all_success' : rule,
        acts: !chooser && list !== undefined ? list : act,
        ...(chooser &&
          kind === 'branch' && {
            chooses: [...new Set(picks.map((pick) => down[pick % down.length]!))],
          }),
        ...(chooser && kind !== 'branch' && { passes: { go, ignoreRules: kind === 'cut' } }),
      };
    }),
  );

/** The same in the format `dag`; each task calls the function of its name. */
export function dagOf(tasks: readonly PlainTask[]): unknown {
  return {
    tasks: Object.fromEntries(
      tasks.map(({ id, needs, rule, acts, chooses, passes }) => [
        id,
        {
          needs,
          rule,
          function: id,
          ...(Array.isArray(acts) && { forEach: acts }),
          ...(chooses !== undefined && { branch: true }),
          ...(passes !== undefined && { shortCircuit: { ignoreDownstreamRules: passes.ignoreRules } }),
        },
      ]),
    ),
  };
}

/** What the tasks' functions do. */
export function behaviourOfDag(tasks: readonly PlainTask[]): Behaviour {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  return (effect) => {
    const { acts, chooses, passes } = byId.get((effect.request as { name: string }).name)!;
    const act = Array.isArray(acts) ? acts[Number(/\[(\d+)\]$/.exec(effect.scope)![1])] : acts;
    if (act === 'fail') return { failure: { code: 'Failed' } };
    if (act === 'skip') return { failure: { code: 'TaskSkipped' } };
    return { result: chooses ?? passes?.go ?? null };
  };
}
