// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of the language
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/engine/index.ts';
import { call, RUN_STARTED, trigger } from './define.ts';
import { Driver, START } from './drive.ts';

const one = (more: Record<string, unknown> = {}) => ({
  triggers: [
    trigger('a', RUN_STARTED, [call('f', more)]),
    trigger('done', { type: 'dev.tidegate.task.succeeded', subject: 'a' }, [
      { type: 'complete', output: '${ event.data }' },
    ]),
  ],
});

describe('effects', () => {
  it('P4: an id derives from its cause; each attempt has its own', () => {
    const driver = new Driver(one({ retry: { maxAttempts: 3, intervalMs: 100, backoffRate: 2 } })).start();
    expect(driver.pending[0]!.id).toBe('w/r::a:1.0:1');
    driver.fail(driver.pending[0]!);
    expect(driver.pending).toEqual([]);
    driver.tick();
    expect([driver.pending[0]!.id, driver.now - START]).toEqual(['w/r::a:1.0:2', 100]);
    driver.fail(driver.pending[0]!);
    driver.tick();
    expect([driver.pending[0]!.id, driver.now - START]).toEqual(['w/r::a:1.0:3', 300]);
  });

  it('P4: a completion is applied at most once, and one of an earlier attempt not at all', () => {
    const driver = new Driver(one({ retry: { maxAttempts: 2, intervalMs: 0 } })).start();
    const first = driver.pending[0]!;
    driver.fail(first);
    driver.complete(first, 'late');
    expect(driver.run.status).toBe('RUNNING');
    const second = driver.pending[0]!;
    driver.complete(second, 'well');
    driver.complete(second, 'again');
    expect(driver.run.output).toBe('well');
  });

  it('errors that the policy does not name, or that are terminal, are not retried', () => {
    const driver = new Driver(one({ retry: { maxAttempts: 3, errors: ['Busy'] } })).start();
    driver.fail(driver.pending[0]!, { code: 'Other' });
    expect([driver.run.timers?.size ?? 0, driver.out.deadLetters[0]?.reason]).toEqual([0, 'Other']);
    const terminal = new Driver(one({ retry: { maxAttempts: 3 } })).start();
    terminal.fail(terminal.pending[0]!, { retryable: false });
    expect(terminal.run.timers?.size ?? 0).toBe(0);
  });

  it('full jitter draws the same part of the delay for the same effect', () => {
    const delay = () => {
      const driver = new Driver(one({ retry: { maxAttempts: 2, intervalMs: 1000, jitter: 'full' } })).start();
      driver.fail(driver.pending[0]!);
      driver.tick();
      return driver.now - START;
    };
    expect(delay()).toBe(delay());
    expect(delay()).toBeLessThan(1000);
  });

  it('an asynchronous effect that reports in time completes; one that does not fails by its deadline', () => {
    const definition = {
      triggers: [
        trigger('a', RUN_STARTED, [
          { type: 'http', url: 'http://x', callback: true, timeoutMs: 500, heartbeatMs: 100 },
        ]),
        trigger('ok', { type: 'dev.tidegate.task.succeeded', subject: 'a' }, [
          { type: 'complete', output: '${ event.data }' },
        ]),
        trigger('bad', { type: 'dev.tidegate.task.failed', subject: 'a' }, [
          { type: 'fail', error: '${ event.data.error }' },
        ]),
      ],
    };
    const reported = new Driver(definition).start();
    const { id } = reported.pending[0]!;
    reported.give({ kind: 'completion', completion: { effect: id, outcome: 'accepted' } });
    reported.command(COMMANDS.callbackHeartbeat, { effect: id });
    reported.command(COMMANDS.callbackSuccess, { effect: id, result: 1 });
    expect(reported.result).toMatchObject({ status: 'SUCCEEDED', output: 1 });
    reported.command(COMMANDS.callbackSuccess, { effect: id, result: 2 });
    expect(reported.out.replies.at(-1)!.error!.code).toBe('RUN_ENDED');

    const silent = new Driver(definition).start();
    expect(silent.pending).toHaveLength(1);
    silent.give({ kind: 'completion', completion: { effect: id, outcome: 'accepted' } });
    silent.tick();
    expect(silent.result).toMatchObject({ status: 'FAILED', error: 'HEARTBEAT_TIMEOUT' });
    expect(silent.out.cancelled).toEqual([id]);

    const slow = new Driver(definition).start();
    slow.tick();
    expect(slow.result).toMatchObject({ status: 'FAILED', error: 'EFFECT_TIMEOUT' });
  });

  it('an effect planned together with the end of the run still goes out; others are cancelled', () => {
    const driver = new Driver({
      triggers: [
        trigger('a', RUN_STARTED, [call('slow')]),
        trigger('end', 'end', [call('notify'), { type: 'complete' }]),
      ],
    }).start();
    driver.event('end');
    expect(driver.pending.map(({ trigger: id }) => id)).toEqual(['end']);
    expect(driver.out.cancelled).toEqual(['w/r::a:1.0:1']);
  });
});
