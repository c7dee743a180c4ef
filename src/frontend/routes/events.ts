import type { CloudEvent } from '../../model/cloud-event.ts';
import { TidegateError } from '../../model/errors.ts';
import { fromHttp } from '../../model/http-binding.ts';
import { answerHandshake } from '../../model/webhook-handshake.ts';
import { type Answer, type Call, pathOf, type Route, type RouteBody } from '../route.ts';
import { inTraceOf } from '../trace-header.ts';

const tag = 'events';

const EVENT_BODY: RouteBody = {
  required: true,
  raw: true,
  content: {
    'application/cloudevents+json': 'CloudEvent',
    'application/cloudevents-batch+json': 'CloudEventBatch',
    // Binary mode: the attributes are ce-* headers, the body is the data in any media type.
    '*/*': undefined,
  },
};

const EVENT_PROBLEMS = ['INVALID_EVENT', 'RESERVED_TYPE', 'LIMIT_EXCEEDED', 'EVENT_WITHOUT_RUN'] as const;
const NOTHING = Buffer.alloc(0);

function eventsOf(call: Call): readonly CloudEvent[] {
  return inTraceOf(call, fromHttp(call.request.headers, call.raw ?? NOTHING, call.gateway.limits));
}

async function publish(call: Call, events: readonly CloudEvent[]): Promise<Answer> {
  if (events.length > 0) await call.gateway.publish(events);
  return { status: 202, body: { accepted: events.length } };
}

/** An event sent to a run's own address belongs to it; one that says otherwise is a mistake of the sender's. */
function addressed(event: CloudEvent, workflow: string, run: string): CloudEvent {
  if ((event.workflow ?? workflow) !== workflow || (event.run ?? run) !== run) {
    throw new TidegateError(
      'INVALID_EVENT',
      `event ${JSON.stringify(event.id)} names another workflow or run than the path, ${workflow}/${run}`,
      {
        place: {
          pointer: event.workflow !== undefined && event.workflow !== workflow ? '/workflow' : '/run',
        },
      },
    );
  }
  return { ...event, workflow, run };
}

const HANDSHAKE_HEADERS = 'The grant of "HTTP 1.1 Web Hooks for Event Delivery", in the headers.';

export const eventRoutes: readonly Route[] = [
  {
    operationId: 'publishEvents',
    method: 'POST',
    path: '/v1/events',
    tag,
    summary: 'Publish CloudEvents in binary, structured or batch mode',
    scope: 'run',
    body: EVENT_BODY,
    responses: { 202: { description: 'The log has acknowledged all of them.', schema: 'Accepted' } },
    problems: EVENT_PROBLEMS,
    handle: async (call) => publish(call, eventsOf(call)),
  },
  {
    operationId: 'publishEventsToRun',
    method: 'POST',
    path: '/v1/workflows/{name}/runs/{run}/events',
    tag,
    summary: 'Publish CloudEvents to one run',
    scope: 'run',
    body: EVENT_BODY,
    responses: { 202: { description: 'The log has acknowledged all of them.', schema: 'Accepted' } },
    problems: [...EVENT_PROBLEMS, 'WORKFLOW_NOT_FOUND', 'RUN_NOT_FOUND'],
    async handle(call) {
      const [name, run] = [pathOf(call, 'name'), pathOf(call, 'run')];
      const events = eventsOf(call).map((event) => addressed(event, name, run));
      await call.gateway.getRun(name, run);
      return publish(call, events);
    },
  },
  ...['/v1/events', '/v1/workflows/{name}/runs/{run}/events'].map(
    (path, index): Route => ({
      operationId: index === 0 ? 'eventsHandshake' : 'runEventsHandshake',
      method: 'OPTIONS',
      path,
      tag,
      summary: 'Webhook handshake: whether and how fast a sender may deliver',
      scope: 'run',
      responses: { 200: { description: HANDSHAKE_HEADERS } },
      handle: async (call) => ({
        status: 200,
        headers: answerHandshake(call.request.headers) ?? { allow: 'POST, OPTIONS' },
      }),
    }),
  ),
];
