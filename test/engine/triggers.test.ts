// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of the language
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/engine/index.ts';
import { call, RUN_STARTED, trigger } from './define.ts';
import { Driver } from './drive.ts';

const names = (driver: Driver) => driver.pending.map(({ trigger: id }) => id).toSorted();
const waiting = trigger('wait', 'never', []);

describe('triggers in a run', () => {
  it('three transient triggers on one event all fire, once, and are gone', () => {
    const driver = new Driver({
      triggers: ['a', 'b', 'c'].map((id) => trigger(id, 'go', [call(id)], { transient: true })),
    }).start();
    driver.event('go');
    expect(names(driver)).toEqual(['a', 'b', 'c']);
    driver.event('go');
    expect(driver.effects).toHaveLength(3);
    expect(driver.run.triggerDefinitions(driver.workflow.triggers.values())).toEqual([]);
  });

  it('a finished join of 10 does not fire again after the run was loaded anew', () => {
    const driver = new Driver({
      triggers: [trigger('j', 'part', [call('merge')], { condition: { type: 'join', expected: 10 } })],
    }).start();
    for (let i = 0; i < 10; i++) driver.event('part', `p${i}`);
    driver.reload();
    for (let i = 0; i < 20; i++) driver.event('part', `q${i}`);
    expect(driver.effects).toHaveLength(1);
  });

  it('five events do not satisfy a join of 10 after the run was loaded anew', () => {
    const driver = new Driver({
      triggers: [trigger('j', 'part', [call('merge')], { condition: { type: 'join', expected: 10 } })],
    }).start();
    for (let i = 0; i < 5; i++) driver.event('part', `p${i}`);
    driver.reload();
    for (let i = 0; i < 5; i++) driver.event('part', `p${i}`);
    expect(driver.effects).toHaveLength(0);
    for (let i = 5; i < 10; i++) driver.event('part', `p${i}`);
    expect(driver.effects).toHaveLength(1);
  });

  it('all triggers an event matches are decided before the first acts', () => {
    const condition = { type: 'expression', expression: '!has(vars.x)' } as const;
    const driver = new Driver({
      triggers: [
        trigger('first', 'go', [{ type: 'set', values: { x: 1 } }, call('first')], { condition }),
        trigger('second', 'go', [call('second')], { condition }),
      ],
    }).start();
    driver.event('go');
    expect(names(driver)).toEqual(['first', 'second']);
  });

  it('P7: an event no trigger asks for is kept, and tried again when one is added or enabled', () => {
    const driver = new Driver({
      triggers: [waiting, trigger('off', 'late', [call('off')], { enabled: false })],
    }).start();
    driver.event('early', 'x', { data: 1 });
    driver.event('late');
    driver.reload();
    driver.command(COMMANDS.addTrigger, {
      trigger: trigger('new', 'early', [call('f', { input: '${ event.data }' })]),
    });
    expect(driver.pending.map(({ request }) => request)).toEqual([{ name: 'f', input: 1 }]);
    driver.command(COMMANDS.changeTrigger, { id: 'off', change: 'enable' });
    expect(names(driver)).toEqual(['new', 'off']);
    expect(driver.run.early).toBeUndefined();
  });

  it('P7: kept events are bounded and expire as dead letters', () => {
    const driver = new Driver(
      { triggers: [waiting] },
      { limits: { earlyEvents: 2, earlyTtlMs: 50 } },
    ).start();
    for (let i = 0; i < 3; i++) driver.event('early', `${i}`);
    expect(driver.out.deadLetters.map(({ reason }) => reason)).toEqual(['EARLY_BUFFER_OVERFLOW']);
    driver.tick();
    expect(driver.out.deadLetters.map(({ reason }) => reason).slice(1)).toEqual([
      'EARLY_EVENT_EXPIRED',
      'EARLY_EVENT_EXPIRED',
    ]);
    expect(driver.run.early).toBeUndefined();
  });

  it('triggers can be added, replaced, disabled and removed while the run lives, and the changes are stored', () => {
    const driver = new Driver({ triggers: [trigger('a', 'go', [call('a')])] }).start();
    driver.command(COMMANDS.addTrigger, { trigger: trigger('b', 'go', [call('b')]) });
    driver.command(COMMANDS.addTrigger, { trigger: trigger('b', 'go', []) });
    expect(driver.out.replies.at(-1)!.error!.code).toBe('TRIGGER_EXISTS');
    driver.command(COMMANDS.changeTrigger, { id: 'a', change: 'disable' });
    driver.reload();
    driver.event('go');
    expect(names(driver)).toEqual(['b']);
    driver.command(COMMANDS.putTrigger, { trigger: trigger('a', 'go', [call('new')]) });
    driver.command(COMMANDS.changeTrigger, { id: 'b', change: 'remove' });
    driver.reload();
    driver.event('go');
    expect(driver.pending.map(({ request }) => (request as { name: string }).name).toSorted()).toEqual([
      'b',
      'new',
    ]);
    driver.command(COMMANDS.changeTrigger, { id: 'b', change: 'enable' });
    expect(driver.out.replies.at(-1)!.error!.code).toBe('TRIGGER_NOT_FOUND');
  });

  it('interceptions act before and after triggers chosen by id, condition or action', () => {
    const driver = new Driver({
      triggers: [
        trigger('a', 'go', [call('a')]),
        trigger('c', 'go', [call('c')], { condition: { type: 'counter', threshold: 1 } }),
      ],
      interceptions: [
        { id: 'i1', when: 'before', match: { trigger: 'a' }, actions: [call('before-a')] },
        { id: 'i2', when: 'after', match: { condition: 'counter' }, actions: [call('after-counter')] },
      ],
    }).start();
    driver.event('go');
    const called = (from: number) =>
      driver.effects.slice(from).map(({ request }) => (request as { name: string }).name);
    expect(called(0)).toEqual(['before-a', 'a', 'c', 'after-counter']);
    driver.command(COMMANDS.intercept, {
      interception: { id: 'i3', when: 'after', match: { action: 'function' }, actions: [call('seen')] },
    });
    driver.reload();
    driver.event('go');
    expect(called(4)).toEqual(['before-a', 'a', 'seen']);
    driver.command(COMMANDS.removeInterception, { id: 'i3' });
    driver.event('go');
    expect(called(7)).toEqual(['before-a', 'a']);
  });

  it('P10: a trigger whose condition or action fails becomes a dead letter, and the others go on', () => {
    const driver = new Driver({
      triggers: [
        trigger('bad', 'go', [call('f', { input: '${ event.data.missing }' })]),
        trigger('worse', 'go', [], { condition: { type: 'expression', expression: 'event.data.nope > 1' } }),
        trigger('good', 'go', [call('good')]),
      ],
    }).start();
    driver.event('go', undefined, { data: {} });
    expect(names(driver)).toEqual(['good']);
    expect(driver.out.deadLetters.map(({ reason, trigger: id }) => [reason, id])).toEqual([
      ['CONDITION_FAILED', 'worse'],
      ['ACTION_FAILED', 'bad'],
    ]);
  });

  it('a trigger with the outcome error handles its own failure', () => {
    const actions = {
      fire: [call('f', { input: '${ event.data.missing }' })],
      error: [call('handler', { input: '${ error.code }' })],
    };
    const driver = new Driver({ triggers: [trigger('a', 'go', actions)] }).start();
    driver.event('go', undefined, { data: {} });
    expect(driver.pending[0]!.request).toEqual({ name: 'handler', input: 'INVALID_EXPRESSION' });
    expect(driver.out.deadLetters).toEqual([]);
  });

  it('onError: fail ends the run with the error', () => {
    const driver = new Driver({
      triggers: [trigger('a', 'go', [call('f', { input: '${ event.data.x }' })], { onError: 'fail' })],
    }).start();
    driver.event('go', undefined, { data: {} });
    expect(driver.result).toMatchObject({ status: 'FAILED', error: 'INVALID_EXPRESSION' });
  });
});

describe('commands', () => {
  it('a paused run defers what comes and goes on with it, in order, when resumed', () => {
    const driver = new Driver({
      triggers: [
        trigger('a', 'go', [call('f', { input: '${ event.data }' })], {
          condition: { type: 'counter', threshold: 1, every: true },
        }),
      ],
    }).start();
    driver.command(COMMANDS.pause);
    for (const data of [1, 2, 3]) driver.event('go', undefined, { data });
    expect([driver.run.status, driver.pending.length]).toEqual(['PAUSED', 0]);
    driver.reload();
    driver.command(COMMANDS.resume);
    expect(driver.pending.map(({ request }) => (request as { input: number }).input)).toEqual([1, 2, 3]);
    expect(driver.run.status).toBe('RUNNING');
  });

  it('a completion that comes in a pause is applied, and what follows from it waits for the resume', () => {
    const driver = new Driver({
      triggers: [
        trigger('a', RUN_STARTED, [call('f')]),
        trigger('b', { type: 'dev.tidegate.task.succeeded', subject: 'a' }, [call('g')]),
      ],
    }).start();
    driver.command(COMMANDS.pause);
    driver.complete(driver.pending[0]!);
    expect(driver.pending).toEqual([]);
    driver.reload();
    driver.command(COMMANDS.resume);
    expect(names(driver)).toEqual(['b']);
  });

  it('cancelling ends the run, kills what is pending, and answers later commands with RUN_ENDED', () => {
    const driver = new Driver({
      triggers: [trigger('a', RUN_STARTED, [call('f'), { type: 'set-timer', name: 't', afterMs: 5 }])],
    }).start();
    driver.command(COMMANDS.cancel, { reason: 'enough' });
    expect(driver.result).toMatchObject({ status: 'CANCELLED', error: 'RUN_CANCELLED', cause: 'enough' });
    expect([driver.pending.length, driver.run.timers?.size ?? 0, driver.out.cancelled.length]).toEqual([
      0, 0, 1,
    ]);
    driver.command(COMMANDS.resume);
    expect(driver.out.replies.at(-1)!.error!.code).toBe('RUN_ENDED');
  });

  it('P6: a run that nothing can move is STALLED and says why; one that awaits an event from outside is not', () => {
    const stalled = new Driver({
      triggers: [
        trigger('a', RUN_STARTED, [call('f')]),
        trigger('b', { type: 'dev.tidegate.task.failed', subject: 'a' }, []),
      ],
    }).start();
    expect(stalled.run.status).toBe('RUNNING');
    stalled.complete(stalled.pending[0]!);
    expect([stalled.run.status, typeof stalled.run.cause]).toEqual(['STALLED', 'string']);
    const waits = new Driver({ triggers: [waiting] }).start();
    expect(waits.run.status).toBe('RUNNING');
  });

  it('P6: a stalled run that is given a trigger goes on', () => {
    const driver = new Driver({ triggers: [trigger('a', RUN_STARTED, [])] }).start();
    expect(driver.run.status).toBe('STALLED');
    driver.command(COMMANDS.addTrigger, { trigger: trigger('b', 'go', [{ type: 'complete' }]) });
    expect(driver.run.status).toBe('RUNNING');
    driver.event('go');
    expect(driver.run.status).toBe('SUCCEEDED');
  });

  it('P6: a run whose only trigger for outside has fired for good is stalled', () => {
    const driver = new Driver({
      triggers: [trigger('a', 'go', [], { condition: { type: 'counter', threshold: 1 } })],
    }).start();
    driver.event('go');
    expect(driver.run.status).toBe('STALLED');
  });
});
