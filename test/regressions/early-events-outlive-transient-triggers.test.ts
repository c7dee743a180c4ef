import { expect, it } from 'vitest';
import { COMMANDS } from '../../src/engine/index.ts';
import { Driver } from '../engine/drive.ts';

it('P7: of two early events, the one that a transient trigger leaves waits for the next trigger', () => {
  const driver = new Driver({ run: 'standing', triggers: [] }).start();
  driver.event('order', 'a');
  driver.event('order', 'b');
  const trigger = (id: string) => ({
    id,
    activationEvents: [{ type: 'order' }],
    condition: { type: 'always' },
    actions: [{ type: 'function', name: 'ship', input: '${event.subject}' }],
    transient: true,
  });
  driver.command(COMMANDS.addTrigger, { trigger: trigger('first') });
  expect(driver.pending.map(({ request }) => request)).toEqual([{ name: 'ship', input: 'a' }]);
  driver.command(COMMANDS.addTrigger, { trigger: trigger('second') });
  expect(driver.pending.map(({ request }) => request)).toEqual([
    { name: 'ship', input: 'a' },
    { name: 'ship', input: 'b' },
  ]);
});
