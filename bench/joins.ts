import type { CloudEvent } from '../src/model/cloud-event.ts';
import type { TriggersDefinition } from '../src/model/documents.ts';

/** The ingestion test of the original: so many joins, each over so many events. */
export const JOINS = 200;
export const EVENTS_PER_JOIN = 1_000;

/** Counter joins by subject in one standing run. */
export function joinsDefinition(): TriggersDefinition {
  return {
    run: 'standing',
    triggers: Array.from({ length: JOINS }, (_, i) => ({
      id: `join-${i}`,
      activationEvents: [{ subject: `line.${i}`, type: 'com.example.part.done' }],
      condition: { type: 'counter' as const, threshold: EVENTS_PER_JOIN },
      actions: [{ type: 'set' as const, values: { [`done-${i}`]: true } }],
    })),
  };
}

/** CloudEvents of about 325 bytes, the joins' members interleaved. */
export function joinEvents(workflow: string, round = 0): CloudEvent[] {
  const events: CloudEvent[] = [];
  for (let i = 0; i < EVENTS_PER_JOIN; i++) {
    for (let join = 0; join < JOINS; join++) {
      events.push({
        specversion: '1.0',
        id: `${round}-${join}-${i}`,
        source: '/factory/hall-3/line',
        type: 'com.example.part.done',
        subject: `line.${join}`,
        time: '2026-11-21T12:00:00Z',
        datacontenttype: 'application/json',
        workflow,
        run: 'standing',
        data: {
          ok: true,
          part: `part-${i}`,
          station: 'press-07',
          temperature: 71.25,
          operator: 'night shift',
          batch: 4711,
        },
      });
    }
  }
  return events;
}
