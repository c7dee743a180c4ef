import type { DeadLetter } from '../../stores/index.ts';
import { NO_CONTENT, ok, okPage, PAGE, pageOf } from '../answers.ts';
import * as parameters from '../parameters.ts';
import { pathOf, type Route } from '../route.ts';
import { requireWorkflowFor } from './runs.ts';

const tag = 'dead letters';
const ITEM = '/v1/dead-letters/{deadLetter}';

function show({ at, event, effect, ...letter }: DeadLetter) {
  return {
    ...letter,
    at: new Date(at).toISOString(),
    ...(event !== undefined && { event: parsedOr(event) }),
    ...(effect !== undefined && { effect: parsedOr(effect) }),
  };
}

/** What became a dead letter because it is no JSON is shown as the text it is. */
function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export const deadLetterRoutes: readonly Route[] = [
  {
    operationId: 'listDeadLetters',
    method: 'GET',
    path: '/v1/dead-letters',
    tag,
    summary: 'List events and effects that could not be applied, with the reason',
    scope: 'read',
    query: [parameters.workflow, parameters.run, ...PAGE],
    responses: { 200: { description: 'A page of them.', schema: 'DeadLetterPage' } },
    async handle(call) {
      const [workflow, run] = [parameters.workflow.of(call), parameters.run.of(call)];
      requireWorkflowFor(run, workflow);
      const filter = { ...(workflow !== undefined && { workflow }), ...(run !== undefined && { run }) };
      return okPage(await call.gateway.listDeadLetters(filter, pageOf(call)), show);
    },
  },
  {
    operationId: 'getDeadLetter',
    method: 'GET',
    path: ITEM,
    tag,
    summary: 'Show a dead letter',
    scope: 'read',
    responses: { 200: { description: 'The dead letter.', schema: 'DeadLetter' } },
    problems: ['DEAD_LETTER_NOT_FOUND'],
    handle: async (call) => ok(show(await call.gateway.getDeadLetter(pathOf(call, 'deadLetter')))),
  },
  {
    operationId: 'replayDeadLetter',
    method: 'POST',
    path: `${ITEM}/replay`,
    tag,
    summary: 'Deliver the event again, or perform the effect again, and delete the dead letter',
    scope: 'operate',
    responses: { 204: { description: 'Replayed.' } },
    problems: [
      'DEAD_LETTER_NOT_FOUND',
      'EVENT_WITHOUT_RUN',
      'EVENT_FOR_UNKNOWN_WORKFLOW',
      'EVENT_FOR_UNKNOWN_RUN',
      'RUN_NOT_FOUND',
      'RUN_ENDED',
      'INVALID_EVENT',
    ],
    async handle(call) {
      await call.gateway.replayDeadLetter(pathOf(call, 'deadLetter'));
      return NO_CONTENT;
    },
  },
  {
    operationId: 'deleteDeadLetter',
    method: 'DELETE',
    path: ITEM,
    tag,
    summary: 'Delete a dead letter',
    scope: 'operate',
    responses: { 204: { description: 'Deleted.' } },
    problems: ['DEAD_LETTER_NOT_FOUND'],
    async handle(call) {
      await call.gateway.deleteDeadLetter(pathOf(call, 'deadLetter'));
      return NO_CONTENT;
    },
  },
];
