import { expect, it, onTestFinished } from 'vitest';
import type { PublishAction, TriggerDefinition } from '../../src/model/documents.ts';
import { TidegateError } from '../../src/model/errors.ts';
import { validate } from '../../src/model/schema.ts';
import { memoryStorage, StandingEngine, type Storage } from '../regressions/standing-engine.ts';

async function engineOf(storage: Storage = memoryStorage(4)): Promise<StandingEngine> {
  const engine = await StandingEngine.start(storage);
  onTestFinished(() => engine.engine.stop());
  return engine;
}

const on = (id: string, type: string, action: TriggerDefinition['actions']): TriggerDefinition => ({
  id,
  activationEvents: [{ type }],
  condition: { type: 'always' },
  actions: action,
});
const note = on('note', 'order.paid', [
  {
    type: 'function',
    name: 'fired',
    input: { id: '${event.id}', source: '${event.source}', data: '${has(event.data) ? event.data : null}' },
  },
]);
const publish = (event: PublishAction['event']) => on('announce', 'order', [{ type: 'publish', event }]);
const started = (triggers: TriggerDefinition[]) => ({
  startOn: [{ type: 'order.paid' }],
  triggers,
});

it('an event reaches the run that it names, under the id of the effect', async () => {
  const { engine, fired, deploy, publish: send } = bound(await engineOf());
  await deploy('accounts', [note]);
  const event = { type: 'order.paid', workflow: 'accounts', run: 'standing', data: '${event.data}' };
  await deploy('shop', [publish(event)]);
  await send('shop', { type: 'order', data: { sum: 7 } });
  await expect
    .poll(() => fired)
    .toEqual([{ id: 'shop/standing::announce:1.0:1', source: '/shop/standing', data: { sum: 7 } }]);
  expect(await engine.gateway.listDeadLetters({}, { limit: 9 })).toEqual({ items: [] });
});

it('an event that names no run starts those that subscribe to it, and reaches the standing one of its workflow', async () => {
  const { engine, fired, deploy, publish: send } = bound(await engineOf());
  await deploy('accounts', [note]);
  await engine.gateway.putWorkflow('audit', { format: 'triggers', definition: started([note]) });
  await deploy('shop', [
    on('announce', 'order', [
      { type: 'publish', event: { type: 'order.paid' } },
      { type: 'publish', event: { type: 'order.paid', workflow: 'accounts' } },
    ]),
  ]);
  await send('shop', { type: 'order' });
  await expect
    .poll(() => fired.map((each) => (each as { id: string }).id).toSorted())
    .toEqual(['shop/standing::announce:1.0:1', 'shop/standing::announce:1.1:1']);
});

it('an event that nobody wants becomes a dead letter', async () => {
  const { engine, deploy, publish: send } = bound(await engineOf());
  await deploy('shop', [publish({ type: 'order.paid' })]);
  await send('shop', { type: 'order' });
  await expect
    .poll(async () => (await engine.gateway.listDeadLetters({}, { limit: 9 })).items)
    .toMatchObject([{ reason: 'EVENT_WITHOUT_RUN' }]);
});

it('an event published again, as after a crash before the completion was recorded, is applied once', async () => {
  const { engine, fired, deploy, publish: send } = bound(await engineOf());
  await deploy('accounts', [note]);
  await deploy('shop', [publish({ type: 'order.paid', workflow: 'accounts' })]);
  await send('shop', { type: 'order', id: '1' });
  await expect.poll(() => fired).toHaveLength(1);
  const [{ id, source }] = fired as [{ id: string; source: string }];
  await send('accounts', { type: 'order.paid', id, source });
  await send('shop', { type: 'order', id: '2' });
  await expect.poll(() => fired).toHaveLength(2);
  expect((fired[1] as { id: string }).id).toBe('shop/standing::announce:2.0:1');
  expect((await engine.gateway.listDeadLetters({}, { limit: 9 })).items).toEqual([]);
});

it.each([
  ['${event.data}', 'dev.tidegate.command.cancel', 'RESERVED_TYPE'],
  ['${event.data}', 7, 'INVALID_EVENT'],
])('a type %s that turns out as %j is refused for good', async (type, data, code) => {
  const { engine, deploy, publish: send } = bound(await engineOf());
  await deploy('shop', [publish({ type, workflow: 'shop', run: 'standing' })]);
  await send('shop', { type: 'order', data });
  await expect
    .poll(async () => (await engine.gateway.listDeadLetters({}, { limit: 9 })).items)
    .toMatchObject([{ reason: code, trigger: 'announce' }]);
});

it('an event waits for a log that is away', async () => {
  const storage = memoryStorage(4);
  const { engine, fired, deploy, publish: send } = bound(await engineOf(storage));
  await deploy('accounts', [note]);
  await deploy('shop', [publish({ type: 'order.paid', workflow: 'accounts' })]);
  const { append } = storage.log;
  let refused = 0;
  storage.log.append = async (partition, values) => {
    if (values.some((value) => value.includes('order.paid')) && refused++ < 2)
      throw new TidegateError('LOG_UNAVAILABLE', 'away');
    return append.call(storage.log, partition, values);
  };
  await send('shop', { type: 'order' });
  await expect.poll(() => fired, { timeout: 10_000 }).toHaveLength(1);
  expect(refused).toBe(3);
  expect((await engine.gateway.listDeadLetters({}, { limit: 9 })).items).toEqual([]);
});

it('a target that this process cannot reach is told, not silently passed to the log', async () => {
  const { engine, fired, deploy, publish: send } = bound(await engineOf());
  await deploy('accounts', [note]);
  const action = {
    type: 'publish' as const,
    kafka: { topic: 'a' },
    event: { type: 'order.paid', workflow: 'accounts' },
  };
  await deploy('shop', [on('announce', 'order', [action])]);
  await send('shop', { type: 'order' });
  await expect
    .poll(async () => (await engine.gateway.listDeadLetters({}, { limit: 9 })).items)
    .toMatchObject([{ reason: 'ACTION_FAILED' }]);
  expect(fired).toEqual([]);
});

const event = { type: 'a' };
it.each([
  [{ event, kafka: { topic: 'a', brokers: ['b:1'] } }, '/kafka/brokers', 'not a field of "kafka"'],
  [{ event, nats: { subject: 'a', servers: ['b'] } }, '/nats/servers', 'not a field of "nats"'],
  [{ event, kafka: { topic: 'a' }, nats: { subject: 'a' } }, '', '"kafka" and "nats" together'],
  [{ event, kafka: { topic: 'a' }, url: 'https://x' }, '', '"url" and "kafka" together'],
  [{ event, kafka: { topic: 'a' }, headers: {} }, '', 'needs "url" beside "headers"'],
  [{ event, mode: 'binary' }, '', 'needs "url" or "kafka" or "nats"'],
  [{ event, kafka: {} }, '/kafka', 'needs "topic"'],
  [{ event: { type: 'dev.tidegate.run.started' } }, '/event/type', 'must not be "dev.tidegate.run.started"'],
  [
    { event: { type: 'a', extensions: { 'A-b': '1' } } },
    '/event/extensions/A-b',
    'it must be text that matches',
  ],
])('%j is refused with the place and what is wrong', (action, pointer, message) => {
  const trigger = on('a', 'b', [{ type: 'publish', ...action } as PublishAction]);
  const [diagnostic, ...others] = validate('trigger', trigger);
  expect(others).toEqual([]);
  expect(diagnostic).toMatchObject({
    pointer: `/actions/0${pointer}`,
    message: expect.stringContaining(message),
  });
});

/** The engine with its methods bound, so that a test can take those it needs. */
function bound(standing: StandingEngine) {
  return {
    engine: standing.engine,
    fired: standing.fired,
    deploy: standing.deploy.bind(standing),
    publish: standing.publish.bind(standing),
  };
}
