import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type Answer,
  failureAnswer,
  largestAnswer,
  type Outcome,
  outcomeAnswer,
  outcomeOf,
} from './lambda-functions.ts';

/** What a function of the peer does; the names are those of the recorded cases. */
export type LambdaBehaviour =
  | { readonly behaviour: 'echo_input' }
  | { readonly behaviour: 'return_constant'; readonly value: unknown }
  | { readonly behaviour: 'raise'; readonly errorType: string; readonly errorMessage: string }
  | { readonly behaviour: 'return_oversized'; readonly bytes: number }
  | { readonly behaviour: 'sleep_then_echo_input'; readonly seconds: number }
  /** The service itself answers with this error, the first `times` calls (default: all), then the input is echoed. */
  | {
      readonly behaviour: 'refuse';
      readonly status: number;
      readonly errorType: string;
      readonly message: string;
      readonly times?: number;
    }
  | { readonly behaviour: 'compute'; readonly compute: (input: unknown, call: LambdaCall) => unknown };

export interface LambdaCall {
  readonly name: string;
  readonly qualifier: string | undefined;
  readonly invocationType: string;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

export interface LambdaPeer {
  /** For AWS_ENDPOINT_URL_LAMBDA, or a client's `endpoint`. */
  readonly url: string;
  /** By name; may be changed at any time. */
  readonly functions: Map<string, LambdaBehaviour>;
  readonly calls: readonly LambdaCall[];
  stop(): Promise<void>;
}

export interface LambdaOptions {
  /** How `sleep_then_echo_input` waits; returns what cancels it. Default: the real time. */
  readonly after?: (ms: number, wake: () => void) => () => void;
}

const INVOKE = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;
const ACCOUNT = '111111111111';
/** Of a request, in bytes, by the type of invocation. */
const LARGEST = { RequestResponse: 6_291_456, Event: 262_144, DryRun: 6_291_456 };

const realAfter = (ms: number, wake: () => void): (() => void) => {
  const timer = setTimeout(wake, ms);
  return () => clearTimeout(timer);
};

/** A server on the loopback that speaks AWS Lambda's Invoke, with the answers its documentation and records show. */
export async function startLambda(
  functions: Readonly<Record<string, LambdaBehaviour>> = {},
  { after = realAfter }: LambdaOptions = {},
): Promise<LambdaPeer> {
  const known = new Map(Object.entries(functions));
  const calls: LambdaCall[] = [];
  const asleep = new Set<() => void>();
  const sleep = (ms: number) =>
    new Promise<void>((wake) => {
      asleep.add(after(ms, wake));
    });
  const refused = new Map<string, number>();
  const server = createServer((request, response) => {
    answer(request)
      .catch((error: Error) => failureAnswer(500, 'ServiceException', error.message))
      .then((given) => send(response, given));
  });

  async function answer(request: IncomingMessage): Promise<Answer> {
    const url = new URL(request.url ?? '/', 'http://lambda');
    const [, encoded] = INVOKE.exec(url.pathname) ?? [];
    if (encoded === undefined || request.method !== 'POST')
      return failureAnswer(404, 'UnknownOperationException', '');
    const { name, qualifier: own } = nameAndQualifier(decodeURIComponent(encoded));
    const qualifier = url.searchParams.get('Qualifier') ?? own;
    const invocationType = String(request.headers['x-amz-invocation-type'] ?? 'RequestResponse');
    const body = await textOf(request);
    const call: LambdaCall = { name, qualifier, invocationType, body, headers: request.headers };
    calls.push(call);
    const refusal = refusalOf(call, known.get(name), refused);
    if (refusal !== undefined) return refusal;
    if (invocationType === 'DryRun') return { status: 204, headers: {}, body: '' };
    const outcome = outcomeOf(known.get(name)!, call, sleep);
    if (invocationType === 'Event') {
      outcome.catch(() => {}); // nobody hears of it
      return { status: 202, headers: {}, body: '' };
    }
    return answerOf(await outcome, call);
  }

  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    functions: known,
    calls,
    async stop() {
      for (const cancel of asleep) cancel();
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

/** What the service says instead of running the function. */
function refusalOf(
  { name, qualifier, invocationType, body }: LambdaCall,
  behaviour: LambdaBehaviour | undefined,
  refused: Map<string, number>,
): Answer | undefined {
  if (behaviour === undefined || (qualifier !== undefined && qualifier !== '$LATEST')) {
    const arn = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:${name}:${qualifier ?? '$LATEST'}`;
    const shown = behaviour === undefined && qualifier === undefined ? arn.replace(/:\$LATEST$/, '') : arn;
    return failureAnswer(404, 'ResourceNotFoundException', `Function not found: ${shown}`);
  }
  const largest = LARGEST[invocationType as keyof typeof LARGEST] ?? LARGEST.RequestResponse;
  if (Buffer.byteLength(body) > largest) {
    const message = `Request must be smaller than ${largest} bytes for the InvokeFunction operation`;
    return failureAnswer(413, 'RequestTooLargeException', message);
  }
  if (body !== '' && !isJson(body)) {
    const message = `Could not parse request body into json: Could not parse payload into json: Unrecognized token '${body.slice(0, 40)}'`;
    return failureAnswer(400, 'InvalidRequestContentException', message);
  }
  if (behaviour.behaviour !== 'refuse') return undefined;
  const times = (refused.get(name) ?? 0) + 1;
  refused.set(name, times);
  if (times > (behaviour.times ?? Number.POSITIVE_INFINITY)) return undefined;
  return failureAnswer(behaviour.status, behaviour.errorType, behaviour.message);
}

function answerOf(outcome: Outcome, { headers }: LambdaCall): Answer {
  const answer = largestAnswer(outcomeAnswer(outcome));
  const log = headers['x-amz-log-type'] === 'Tail' && { 'x-amz-log-result': btoa('START\nEND\n') };
  return { ...answer, headers: { 'x-amz-executed-version': '$LATEST', ...answer.headers, ...log } };
}

function nameAndQualifier(given: string): { name: string; qualifier: string | undefined } {
  const parts = given.split(':');
  const at = parts.indexOf('function');
  const [name = '', qualifier] = at < 0 ? parts : parts.slice(at + 1);
  return { name, qualifier };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'x-amzn-requestid': randomUUID(),
    'x-amzn-remapped-content-length': '0',
    'x-amzn-trace-id': 'root=1-00000000-000000000000000000000000;parent=0000000000000000;sampled=0',
    ...headers,
  });
  response.end(body);
}
