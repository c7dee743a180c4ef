import { type Deed, startOf, TURN_MS, type WorkloadMaker } from './workload.ts';

const RETRY = { maxAttempts: 1_000, interval: '100ms', backoffRate: 1.5, maxDelay: '1s' };

/** Runs of DAGs with waits, mapped tasks, calls that report later, retries by error and by time-out, failures on purpose. */
export const dags: WorkloadMaker = ({ functions, ledger }) => {
  const http = (path: string, body: unknown, more: object = {}) => ({
    http: { url: `${functions}${path}`, body, ...more },
  });
  const defaults = { timeout: '2s', retry: RETRY };
  const report = {
    name: 'report',
    defaults,
    tasks: {
      fetch: http('/echo', { run: '${ run.id }', rows: '${ input.rows }' }),
      rest: { needs: 'fetch', wait: '400ms' },
      line: {
        needs: 'rest',
        forEach: '${ results.fetch.echo.rows }',
        concurrency: 2,
        ...http('/echo', { run: '${ run.id }', row: '${ item }' }),
      },
      printed: {
        needs: 'fetch',
        timeout: '4s',
        ...http('/later', { run: '${ run.id }' }, { callback: true }),
      },
      stubborn: {
        needs: 'fetch',
        timeout: '500ms',
        ...http('/mute', { run: '${ run.id }' }),
      },
      sum: {
        needs: ['line', 'printed', 'stubborn'],
        value: '${ results.line.map(l, int(l.echo.row)).sum() }',
      },
    },
    output: { sum: '${ results.sum }', printed: '${ results.printed.reported.run }' },
  };
  const failing = {
    name: 'failing',
    defaults,
    tasks: { buy: http('/refuse', { run: '${ run.id }' }), thank: { needs: 'buy', value: 'thanks' } },
    onFailure: { tell: http('/echo', { run: '${ run.id }', failed: '${ vars.failures[0].task }' }) },
  };
  const late = {
    name: 'late',
    timeout: '2s',
    tasks: { nap: { wait: '300ms' }, sleep: { needs: 'nap', wait: '1h' } },
  };
  return {
    kind: 'dags',
    workflows: [report, failing, late].map((definition) => ({
      name: definition.name,
      format: 'dag',
      definition,
    })),
    turn(random, turn) {
      const deeds: Deed[] = [];
      const run = (workflow: string, input: unknown, statuses: readonly string[], output?: unknown) => {
        const id = `${workflow}-${turn}`;
        const key = `${workflow}/${id}`;
        ledger.runs.set(key, { key, statuses, ...(output !== undefined && { output }) });
        deeds.push(startOf(workflow, id, input, random.int(0, TURN_MS)));
      };
      const rows = Array.from({ length: random.int(1, 4) }, () => random.int(0, 99));
      const sum = rows.reduce((total, row) => total + row, 0);
      run('report', { rows }, ['SUCCEEDED'], { sum, printed: `report-${turn}` });
      if (turn % 3 === 0) run('failing', {}, ['FAILED']);
      if (turn % 4 === 0) run('late', {}, ['TIMED_OUT']);
      return deeds;
    },
  };
};
