import { eventLogConformance } from '../conformance/event-log.ts';
import { TestTopic } from './kafka.ts';

eventLogConformance('kafka', async () => {
  const topic = await TestTopic.create();
  return {
    log: await topic.open(),
    forget: (partition, before) => topic.forget(partition, before),
    dispose: () => topic.remove(),
  };
});
