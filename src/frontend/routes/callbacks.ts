import type { Gateway } from '../../workers/gateway.ts';
import { commandAnswer } from '../answers.ts';
import { type Call, pathOf, type Route } from '../route.ts';

const tag = 'callbacks';

type Report = Parameters<Gateway['callback']>[1];

function callback(
  verb: Report['kind'],
  summary: string,
  body: string | undefined,
  report: (call: Call) => Report,
): Route {
  return {
    operationId: `callback${verb.charAt(0).toUpperCase()}${verb.slice(1)}`,
    method: 'POST',
    path: `/v1/callbacks/{token}/${verb}`,
    tag,
    summary,
    // The token is the credential: signed, and good for one effect.
    scope: 'public',
    ...(body !== undefined && { body: { required: false, content: { 'application/json': body } } }),
    responses: {
      200: { description: 'Applied.', schema: 'CommandResult' },
      202: {
        description: 'The report stands in the log and has not been applied yet.',
        schema: 'CommandResult',
      },
    },
    problems: ['INVALID_TOKEN', 'CALLBACK_CLOSED'],
    handle: async (call) => commandAnswer(await call.gateway.callback(pathOf(call, 'token'), report(call))),
  };
}

/** Where functions report that were called with a `Tidegate-Callback` header. */
export const callbackRoutes: readonly Route[] = [
  callback('success', 'Report the result of an effect', 'CallbackResult', ({ body }) => ({
    kind: 'success',
    result: body ?? null,
  })),
  callback('failure', 'Report that an effect failed', 'CallbackFailure', ({ body }) => ({
    kind: 'failure',
    ...(body as { error?: string; cause?: unknown } | undefined),
  })),
  callback('heartbeat', 'Report that an effect is still being worked on', undefined, () => ({
    kind: 'heartbeat',
  })),
];
