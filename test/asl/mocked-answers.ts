import { ACCEPTED, EffectError, type Invoker } from '../../src/actions/index.ts';
import { Slugs } from '../../src/compilers/asl/names.ts';
import type { Effect } from '../../src/model/effect.ts';
import type { CorpusCase, MockedAnswer } from './corpus-cases.ts';

export type Mocks = NonNullable<CorpusCase['mock']>;
type Answers = Mocks[string];

/** Tells of a task that failed after its call, by its token. */
export type ReportFailure = (
  effect: Effect,
  failure: { readonly error: string; readonly cause: string },
) => Promise<unknown>;

/**
 * Answers the calls of states that are mocked, by attempt; the others are performed. A task that is waited for was submitted
 * all the same where it fails. `mocks`: by workflow.
 */
export function mocking(task: Invoker, mocks: ReadonlyMap<string, Mocks>, report: ReportFailure): Invoker {
  return {
    ...task,
    async invoke(effect, call) {
      const ofRun = mocks.get(effect.run.slice(0, effect.run.indexOf('/'))) ?? {};
      const name = Object.keys(ofRun).find((state) => new Slugs().of(state) === effect.subject);
      return name === undefined ? task.invoke(effect, call) : mocked(ofRun[name]!, effect, report);
    },
  };
}

async function mocked(answers: Answers, effect: Effect, report: ReportFailure): Promise<unknown> {
  const answer = answerAt(answers, (effect.token?.attempt ?? 1) - 1);
  if (answer === undefined) throw new Error(`nothing is mocked for ${effect.id}`);
  if ('Throw' in answer) {
    const { Error: code, Cause: message } = answer.Throw;
    if ((effect.request as { pattern: string }).pattern !== 'request') {
      await report(effect, { error: code, cause: message });
      return ACCEPTED;
    }
    throw new EffectError({ code, message, retryable: true });
  }
  const returned = answer.Return as { Payload?: unknown };
  const { resource } = effect.request as { resource: string };
  return resource.startsWith('arn:aws:lambda:') ? returned.Payload : returned;
}

/** `attempt`: from 0. A key is one attempt, `0`, or several, `1-3`. */
export function answerAt(answers: Answers, attempt: number): MockedAnswer | undefined {
  const key = Object.keys(answers).find((each) => {
    const [first = 0, last = first] = each.split('-').map(Number);
    return first <= attempt && attempt <= last;
  });
  return key === undefined ? undefined : answers[key];
}
