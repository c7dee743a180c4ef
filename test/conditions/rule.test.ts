import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TRIGGER_RULES, type TriggerRule } from '../../src/model/documents.ts';
import { decide, ended, forked, STATES, type State, scopeEnded } from './rule-driver.ts';

interface Oracle {
  trigger_rules: { rule: TriggerRule; upstream: State[]; state: State }[];
  trigger_rules_ordered: { rule: TriggerRule; order: State[]; state: State; decided_after: number }[];
  partial: { rule: TriggerRule; done: State[]; running: number; decision: string }[];
  trigger_rules_setup: { rule: TriggerRule; setups: State[]; upstream: State[]; state: State }[];
  partial_setup: {
    rule: TriggerRule;
    setups_done: State[];
    work_done: State[];
    still_running: 'setup' | 'work';
    decision: string;
  }[];
  partial_mapped: { rule: TriggerRule; instances: string | (State | 'running')[]; decision: string }[];
  partial_mapped_group: {
    rule: TriggerRule;
    instances: (State | 'running')[];
    decisions: Record<string, string>;
  }[];
}
const oracle = JSON.parse(
  readFileSync(new URL('../oracles/airflow.json', import.meta.url), 'utf8'),
) as Oracle;

/** Airflow's words for our outcomes. */
const stateOf = (outcome: string | undefined) => (outcome === 'fire' ? 'success' : outcome);
const decisionOf = (outcome: string | undefined) =>
  outcome === undefined ? 'wait' : outcome === 'fire' ? 'run' : outcome;

const needsOf = (count: number, prefix = 'u') =>
  Array.from({ length: count }, (_, i) => ({ subject: `${prefix}${i}` }));
const endsOf = (states: readonly State[], prefix = 'u') =>
  states.map((state, i) => ended(`${prefix}${i}`, state));

/** The one case where Airflow's answer depends on the order: a skip that no failure has overruled yet decides there, not here. */
const skipAwaitsFailure = (rule: TriggerRule, states: readonly string[]) =>
  rule === 'all_success' &&
  states.includes('skipped') &&
  !states.includes('failed') &&
  !states.includes('upstream_failed');

describe('the 13 rules answer as Airflow', () => {
  it.each(oracle.trigger_rules)('$rule over $upstream, all seen at once: $state', (row) => {
    const { outcome } = decide(row.rule, needsOf(row.upstream.length), endsOf(row.upstream));
    expect(stateOf(outcome)).toBe(row.state);
  });

  it.each(oracle.trigger_rules_ordered)(
    '$rule over $order in that order: $state after $decided_after',
    (row) => {
      const { outcome, after } = decide(row.rule, needsOf(row.order.length), endsOf(row.order));
      if (row.rule === 'all_success' && row.order.includes('skipped')) {
        // Airflow decides at the first skip; here a failure that comes later still counts.
        const bad = row.order.findIndex((state) => state === 'failed' || state === 'upstream_failed');
        expect(stateOf(outcome)).toBe(bad < 0 ? 'skipped' : 'upstream_failed');
        expect(after).toBe(bad < 0 ? row.order.length : bad + 1);
        return;
      }
      expect(stateOf(outcome)).toBe(row.state);
      expect(after).toBe(row.decided_after);
    },
  );

  it.each(oracle.partial)('$rule over $done while $running runs: $decision', (row) => {
    const { outcome } = decide(row.rule, needsOf(row.done.length + row.running), endsOf(row.done));
    expect(decisionOf(outcome)).toBe(skipAwaitsFailure(row.rule, row.done) ? 'wait' : row.decision);
  });

  it.each(oracle.trigger_rules_setup)('$rule with setups $setups over $upstream: $state', (row) => {
    const needs = [
      ...needsOf(row.setups.length, 's').map((need) => ({ ...need, setup: true })),
      ...needsOf(row.upstream.length),
    ];
    const events = [...endsOf(row.setups, 's'), ...endsOf(row.upstream)];
    expect(stateOf(decide(row.rule, needs, events).outcome)).toBe(row.state);
  });

  it.each(oracle.partial_setup)(
    '$rule, setups $setups_done, work $work_done, a $still_running runs: $decision',
    (row) => {
      const setups = row.setups_done.length + (row.still_running === 'setup' ? 1 : 0);
      const work = row.work_done.length + (row.still_running === 'work' ? 1 : 0);
      const needs = [...needsOf(setups, 's').map((need) => ({ ...need, setup: true })), ...needsOf(work)];
      const events = [...endsOf(row.setups_done, 's'), ...endsOf(row.work_done)];
      expect(decisionOf(decide(row.rule, needs, events).outcome)).toBe(row.decision);
    },
  );

  it.each(oracle.partial_mapped)('$rule over mapped instances $instances: $decision', (row) => {
    const states = typeof row.instances === 'string' ? [] : row.instances;
    const events =
      typeof row.instances === 'string'
        ? []
        : [
            forked('m', states.length),
            ...states.flatMap((state, i) => (state === 'running' ? [] : [scopeEnded('m', i, state)])),
          ];
    const { outcome } = decide(row.rule, [{ subject: 'm', fork: 'm' }], events);
    expect(decisionOf(outcome)).toBe(skipAwaitsFailure(row.rule, states) ? 'wait' : row.decision);
  });

  // Inside a mapped group each index is decided by itself. Before Airflow has expanded the downstream task it looks at
  // all indices at once (`g.b` without an index); the documented answer here is the one per index.
  it.each(oracle.partial_mapped_group)('$rule per index of a mapped group over $instances', (row) => {
    row.instances.forEach((state, i) => {
      const events = state === 'running' ? [] : [ended('g.a', state)];
      const outcome = decisionOf(decide(row.rule, [{ subject: 'g.a' }], events).outcome);
      const airflow = row.decisions[`g.b[${i}]`];
      if (airflow !== undefined) expect(outcome).toBe(airflow);
      else if (state === 'running') expect(outcome).toBe('wait');
      else expect(outcome).toBe(decisionOf(decide(row.rule, needsOf(1), endsOf([state])).outcome));
    });
  });
});

const anyRule = fc.constantFrom(...TRIGGER_RULES);
const anyState = fc.constantFrom(...STATES);

describe('P3, P8: order and repetition never matter', () => {
  it('any order and any repetition of the ends give the same decision', () => {
    const states = fc.array(anyState, { minLength: 1, maxLength: 7 });
    const cases = states.chain((all) =>
      fc.tuple(
        anyRule,
        fc.constant(all),
        fc.shuffledSubarray(
          all.map((_, i) => i),
          { minLength: all.length },
        ),
        fc.array(fc.nat(all.length - 1), { maxLength: 5 }),
      ),
    );
    fc.assert(
      fc.property(cases, ([rule, all, order, again]) => {
        const needs = all.map((_, i) => ({ subject: `u${i}`, ...(i % 3 === 2 && { setup: true }) }));
        const straight = decide({ type: 'rule', rule, needs, late: true }, needs, endsOf(all)).outcome;
        const ends = endsOf(all);
        const shuffled = [...again.map((i) => order[i]!), ...order, ...again].map((i) => ends[i]!);
        expect(decide(rule, needs, shuffled).outcome).toBe(straight);
      }),
      { numRuns: 2000 },
    );
  });

  it('an early decision is the one that every completion of the rest gives (all cases up to four upstream tasks)', () => {
    for (const rule of TRIGGER_RULES) {
      for (let n = 1; n <= 4; n++) {
        for (const all of sequences(n)) {
          const needs = needsOf(n);
          const late = decide({ type: 'rule', rule, needs, late: true }, needs, endsOf(all));
          expect(decide(rule, needs, endsOf(all)).outcome).toBe(late.outcome);
          expect(late.after).toBe(n);
        }
      }
    }
  });

  it('no rule decides later than it must (all cases up to three upstream tasks)', () => {
    // all_done_setup_success is about having waited: it never decides before all are done.
    for (const rule of TRIGGER_RULES.filter((each) => !each.startsWith('all_done'))) {
      for (let n = 1; n <= 3; n++) {
        for (let known = 0; known < n; known++) {
          for (const done of sequences(known)) {
            const now = decide(rule, needsOf(n), endsOf(done)).outcome;
            const ends = new Set(
              sequences(n - known).map(
                (rest) => decide(rule, needsOf(n), endsOf([...done, ...rest])).outcome,
              ),
            );
            if (ends.size === 1) expect([rule, done, now]).toEqual([rule, done, [...ends][0]]);
            else expect([rule, done, now]).toEqual([rule, done, undefined]);
          }
        }
      }
    }
  });

  it('the number of mapped instances may become known with any of the other upstream ends', () => {
    fc.assert(
      fc.property(
        anyRule,
        fc.array(anyState, { minLength: 1, maxLength: 4 }),
        anyState,
        fc.nat(5),
        (rule, instances, other, at) => {
          const needs = [{ subject: 'm', fork: 'm' }, { subject: 'o' }];
          const mapped = [
            forked('m', instances.length),
            ...instances.map((state, i) => scopeEnded('m', i, state)),
          ];
          const place = Math.min(at, mapped.length);
          const events = [...mapped.slice(0, place), ended('o', other), ...mapped.slice(place)];
          const flat = [...instances, other];
          expect(decide(rule, needs, events).outcome).toBe(
            decide(rule, needsOf(flat.length), endsOf(flat)).outcome,
          );
        },
      ),
    );
  });
});

function sequences(length: number): State[][] {
  if (length === 0) return [[]];
  return sequences(length - 1).flatMap((start) => STATES.map((state) => [...start, state]));
}
