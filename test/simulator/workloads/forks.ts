import { COMMANDS } from '../../../src/engine/index.ts';
import type { TriggersDefinition } from '../../../src/model/documents.ts';
import type { Send } from '../world/producer.ts';
import { commandFor, patient, SPAN_MS, type WorkloadMaker } from './workload.ts';

/** Started runs that fork scopes, call a function in each, join them, and are paused, resumed and cancelled meanwhile. */
export const forks: WorkloadMaker = (random, name) => {
  const width = random.int(0, 6);
  const inner = random.chance(0.4) ? random.int(1, 3) : 0;
  const policy = patient(random);
  const timeoutMs = random.chance(0.15) ? random.int(50, 3_000) : undefined;
  const cap = random.chance(0.5) ? { concurrency: random.int(1, 3) } : {};
  const definition: TriggersDefinition = {
    history: true,
    ...(timeoutMs !== undefined && { timeoutMs }),
    triggers: [
      {
        id: 'begin',
        activationEvents: [{ type: 'dev.tidegate.run.started' }],
        condition: { type: 'always' },
        actions: [{ type: 'fork', name: 'each', items: '${run.input.items}', ...cap }],
      },
      {
        id: 'work',
        scope: 'each',
        activationEvents: [{ type: 'dev.tidegate.scope.started', subject: 'each' }],
        condition: { type: 'always' },
        actions: [{ type: 'function', name: 'double', input: '${item}', ...policy }],
      },
      ...(inner > 0 ? innerFork(inner) : []),
      {
        id: 'end',
        scope: 'each',
        activationEvents: [
          inner > 0
            ? { type: 'dev.tidegate.scope.ended', subject: 'inner' }
            : { type: 'dev.tidegate.task.succeeded', subject: 'work' },
          ...(inner > 0 ? [{ type: 'dev.tidegate.scope.forked', subject: 'inner' }] : []),
        ],
        condition: inner > 0 ? { type: 'join', by: 'index' } : { type: 'always' },
        actions: [{ type: 'end-scope', result: inner > 0 ? '${index}' : '${event.data}' }],
      },
      {
        id: 'join',
        activationEvents: [
          { type: 'dev.tidegate.scope.ended', subject: 'each' },
          { type: 'dev.tidegate.scope.forked', subject: 'each' },
        ],
        condition: { type: 'join', by: 'index', collect: true },
        actions: [{ type: 'complete', output: '${context.results}' }],
      },
    ],
  };
  const runs = Array.from({ length: random.int(1, 4) }, (_, i) => `r${i}`);
  const sends: Send[] = [];
  const cancelled = new Set<string>();
  for (const run of runs) {
    const input = { items: Array.from({ length: width }, (_, i) => i) };
    const begins = random.int(0, SPAN_MS / 2);
    sends.push({
      afterMs: begins,
      event: commandFor(name, run, `start-${run}`, COMMANDS.start, { version: 1, input }),
    });
    if (random.chance(0.3)) {
      const pauses = begins + random.int(0, 600);
      sends.push({ afterMs: pauses, event: commandFor(name, run, `pause-${run}`, COMMANDS.pause, {}) });
      // Resumes are repeated until one comes after the pause, however late that was.
      sends.push({ afterMs: 60_000, event: commandFor(name, run, `resume-${run}`, COMMANDS.resume, {}) });
    }
    if (random.chance(0.15)) {
      cancelled.add(run);
      sends.push({
        afterMs: begins + random.int(0, 600),
        event: commandFor(name, run, `cancel-${run}`, COMMANDS.cancel, {}),
      });
    }
  }
  return {
    kind: 'forks',
    workflows: [{ name, format: 'triggers', definition }],
    functions: { double: (effect) => 2 * Number((effect.request as { input: number }).input) },
    sends,
    check: ({ runs: final }) =>
      runs.flatMap((run) => {
        const found = final.get(`${name}/${run}`);
        if (found === undefined) return [`run ${name}/${run} was never started`];
        const { status, output } = found.state;
        if (status === 'CANCELLED' && cancelled.has(run)) return [];
        if (status === 'TIMED_OUT' && timeoutMs !== undefined) return [];
        const right = JSON.stringify(Array.from({ length: width }, (_, i) => (inner > 0 ? i : 2 * i)));
        return status === 'SUCCEEDED' && JSON.stringify(output) === right
          ? []
          : [`run ${name}/${run} is ${status} with ${JSON.stringify(output)}, not SUCCEEDED with ${right}`];
      }),
  };
};

function innerFork(width: number): TriggersDefinition['triggers'] {
  return [
    {
      id: 'begin-inner',
      scope: 'each',
      activationEvents: [{ type: 'dev.tidegate.task.succeeded', subject: 'work' }],
      condition: { type: 'always' },
      actions: [{ type: 'fork', name: 'inner', items: Array.from({ length: width }, (_, i) => i) }],
    },
    {
      id: 'end-inner',
      scope: 'each/inner',
      activationEvents: [{ type: 'dev.tidegate.scope.started', subject: 'inner' }],
      condition: { type: 'always' },
      actions: [{ type: 'end-scope', result: '${index}' }],
    },
  ];
}
