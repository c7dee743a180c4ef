import { TidegateError } from '../../../src/model/errors.ts';
import { httpCall, PATIENT, startOf, TURN_MS, type WorkloadMaker } from './workload.ts';

const CHILDREN = 3;

/** Runs that start runs of another workflow and await them, and long runs that are cancelled under way. */
export const families: WorkloadMaker = ({ functions, ledger }) => {
  const started = [{ type: 'dev.tidegate.run.started' }];
  const always = { type: 'always' };
  const child = {
    triggers: [
      {
        id: 'call',
        activationEvents: started,
        condition: always,
        actions: [httpCall(functions, '/echo', { child: '${run.id}', input: '${run.input}' })],
      },
      {
        id: 'finish',
        activationEvents: [{ type: 'dev.tidegate.task.succeeded', subject: 'call' }],
        condition: always,
        actions: [{ type: 'complete', output: '${event.data.echo.input}' }],
      },
    ],
  };
  const parent = {
    triggers: [
      {
        id: 'start',
        activationEvents: started,
        condition: always,
        actions: Array.from({ length: CHILDREN }, (_, at) => ({
          type: 'start-run',
          workflow: 'child',
          input: at,
          subject: `child.${at}`,
          retry: PATIENT.retry,
        })),
      },
      {
        id: 'all',
        activationEvents: [{ type: 'dev.tidegate.task.succeeded', subject: 'child.*' }],
        condition: { type: 'join', expected: CHILDREN, collect: true },
        actions: [{ type: 'complete', output: '${context.results}' }],
      },
    ],
  };
  const patient = {
    triggers: [
      {
        id: 'begin',
        activationEvents: started,
        condition: always,
        actions: [
          { type: 'set-timer', name: 'never', afterMs: 3_600_000 },
          httpCall(functions, '/echo', { waits: '${run.id}' }),
        ],
      },
    ],
  };
  return {
    kind: 'families',
    workflows: Object.entries({ child, parent, patient }).map(([name, definition]) => ({
      name,
      format: 'triggers',
      definition,
    })),
    turn(random, turn) {
      const parentId = `p${turn}`;
      ledger.runs.set(`parent/${parentId}`, {
        key: `parent/${parentId}`,
        statuses: ['SUCCEEDED'],
        output: [0, 1, 2],
      });
      const deeds = [startOf('parent', parentId, null, random.int(0, TURN_MS))];
      if (turn % 2 === 0) {
        const id = `c${turn}`;
        ledger.runs.set(`patient/${id}`, { key: `patient/${id}`, statuses: ['CANCELLED'] });
        const cancel = {
          afterMs: random.int(100, 3_000),
          what: `cancel of patient/${id}`,
          call: async (client: Parameters<(typeof deeds)[0]['call']>[0]) => {
            try {
              await client.commandRun('patient', id, 'cancel');
            } catch (error) {
              if (!(error instanceof TidegateError) || error.code !== 'RUN_ENDED') throw error;
            }
          },
        };
        deeds.push(startOf('patient', id, null, random.int(0, TURN_MS), [cancel]));
      }
      return deeds;
    },
  };
};
