import { isEnded } from '../../../src/model/run.ts';
import type { ChaosOutcome } from '../outcome.ts';

/** Every run that was asked for has ended as it must, and so has every run that those started. */
export function* runsEndAsTheyMust({ runs, ledger }: ChaosOutcome): Generator<string> {
  for (const { key, statuses, output } of ledger.runs.values()) {
    const run = runs.get(key);
    if (run === undefined) {
      yield `run ${key} is not there`;
      continue;
    }
    const { status, output: given, error, cause } = run.state;
    if (!statuses.includes(status))
      yield `run ${key} is ${status} (${error}: ${JSON.stringify(cause)}), not ${statuses.join(' or ')}`;
    else if (output !== undefined && canonical(given) !== canonical(output))
      yield `run ${key} gave ${canonical(given)}, not ${canonical(output)}`;
  }
  for (const { key, state, workflow } of runs.values()) {
    if (workflow.runMode !== 'started' || ledger.runs.has(key)) continue;
    if (!isEnded(state.status) || state.status === 'FAILED')
      yield `run ${key} is ${state.status} (${state.error})`;
  }
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
