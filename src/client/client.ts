import { Agent, type Dispatcher, request } from 'undici';
import type { CloudEvent } from '../model/cloud-event.ts';
import type { TriggerDefinition, TriggersDefinition, WorkflowDocument } from '../model/documents.ts';
import { type Diagnostic, TidegateError } from '../model/errors.ts';
import { toHttp, toHttpBatch } from '../model/http-binding.ts';
import type { RunDocument, RunStatus } from '../model/run.ts';
import { errorOf } from './problem-error.ts';
import { readServerSentEvents } from './server-sent-events.ts';

export interface ClientOptions {
  readonly apiKey?: string;
  /** Milliseconds without an answer, beyond what a call asks to wait. Default 30000. */
  readonly timeoutMs?: number;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Give it back to get the next page; absent on the last. */
  readonly cursor?: string;
}
export interface PageOptions {
  readonly cursor?: string;
  /** 1 to 1000; default 100. */
  readonly limit?: number;
}

export interface RegisteredWorkflow extends WorkflowDocument {
  /** False: the newest version has this definition already. */
  readonly created: boolean;
  readonly warnings: readonly Diagnostic[];
}
export interface Compilation {
  readonly valid: boolean;
  readonly diagnostics: readonly Diagnostic[];
  readonly triggers?: TriggersDefinition;
}
export interface StartRun {
  readonly id?: string;
  readonly input?: unknown;
  readonly labels?: Readonly<Record<string, string>>;
  readonly version?: number;
}
export interface StartOptions {
  /** Answer when the run has ended, or as it stands after so many milliseconds. */
  readonly waitMs?: number;
  /** The same key again within 24 hours gets the first answer again. */
  readonly idempotencyKey?: string;
}
/** Its details are those that GetExecutionHistory has for the type. */
export interface ExecutionHistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  /** RFC 3339 */
  readonly timestamp: string;
  readonly type: string;
  readonly details?: Readonly<Record<string, unknown>>;
}
export interface RunQuery extends PageOptions {
  readonly workflow?: string;
  readonly status?: RunStatus;
  readonly label?: readonly [name: string, value: string];
  /** RFC 3339 */
  readonly since?: string;
  readonly until?: string;
}
export interface DeadLetterDocument {
  readonly id: string;
  readonly partition: number;
  /** An error code. */
  readonly reason: string;
  readonly message: string;
  readonly at: string;
  readonly workflow?: string;
  readonly run?: string;
  readonly trigger?: string;
  readonly event?: unknown;
  readonly effect?: unknown;
}
export interface TaskNotice {
  readonly task: string;
  readonly scope: string;
  readonly state: 'started' | 'succeeded' | 'failed' | 'retrying' | 'skipped' | 'upstream_failed';
  readonly attempt?: number;
  readonly error?: string;
}
export type StreamEvent =
  | { readonly kind: 'run'; readonly run: RunDocument }
  | ({ readonly kind: 'task' } & TaskNotice);

interface Call {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly waitMs?: number;
}

/**
 * The REST API for programs. Every failure is a TidegateError with the code of the problem document, or
 * TARGET_UNREACHABLE where no answer came.
 *
 * @example
 * const client = new TidegateClient('http://127.0.0.1:7171');
 * const run = await client.startRun('words', { input: { text: 'a b a' } }, { waitMs: 30_000 });
 */
export class TidegateClient {
  readonly #baseUrl: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #timeoutMs: number;
  readonly #agent: Agent;

  constructor(baseUrl: string, options: ClientOptions = {}) {
    this.#baseUrl = baseUrl.replace(/\/+$/, '');
    this.#headers = options.apiKey === undefined ? {} : { authorization: `Bearer ${options.apiKey}` };
    this.#timeoutMs = options.timeoutMs ?? 30_000;
    // A stream may be quiet between heartbeats; calls bring their own time-outs.
    this.#agent = new Agent({ headersTimeout: 0, bodyTimeout: 60_000 });
  }

  putWorkflow(name: string, format: string, definition: unknown): Promise<RegisteredWorkflow> {
    return this.#json('PUT', at`/v1/workflows/${name}`, { json: { format, definition } });
  }
  compile(format: string, definition: unknown): Promise<Compilation> {
    return this.#json('POST', '/v1/compile', { json: { format, definition } });
  }
  getWorkflow(name: string, version?: number): Promise<WorkflowDocument> {
    return this.#json('GET', at`/v1/workflows/${name}`, { query: { version } });
  }
  listWorkflows(page: PageOptions = {}): Promise<Page<Omit<WorkflowDocument, 'definition'>>> {
    return this.#json('GET', '/v1/workflows', { query: { ...page } });
  }
  async deleteWorkflow(name: string, options: { force?: boolean } = {}): Promise<void> {
    await this.#json('DELETE', at`/v1/workflows/${name}`, { query: { ...options } });
  }
  listTriggers(
    name: string,
    page: PageOptions & { version?: number } = {},
  ): Promise<Page<TriggerDefinition>> {
    return this.#json('GET', at`/v1/workflows/${name}/triggers`, { query: { ...page } });
  }

  startRun(workflow: string, start: StartRun = {}, options: StartOptions = {}): Promise<RunDocument> {
    const { waitMs, idempotencyKey } = options;
    return this.#json('POST', at`/v1/workflows/${workflow}/runs`, {
      json: start,
      ...(waitMs !== undefined && { query: { wait: `${waitMs}ms` }, waitMs }),
      ...(idempotencyKey !== undefined && { headers: { 'idempotency-key': idempotencyKey } }),
    });
  }
  getRun(workflow: string, run: string): Promise<RunDocument> {
    return this.#json('GET', at`/v1/workflows/${workflow}/runs/${run}`);
  }
  /** Of one workflow where it is given, else of all. */
  listRuns({ workflow, label, ...query }: RunQuery = {}): Promise<Page<RunDocument>> {
    const path = workflow === undefined ? '/v1/runs' : at`/v1/workflows/${workflow}/runs`;
    return this.#json('GET', path, { query: { ...query, ...(label && { label: label.join('=') }) } });
  }
  commandRun(
    workflow: string,
    run: string,
    command: 'cancel' | 'pause' | 'resume' | 'redrive',
    options: { reason?: string } = {},
  ): Promise<RunDocument | { readonly applied: false }> {
    return this.#json('POST', at`/v1/workflows/${workflow}/runs/${run}/${command}`, { json: options });
  }
  async deleteRun(workflow: string, run: string): Promise<void> {
    await this.#json('DELETE', at`/v1/workflows/${workflow}/runs/${run}`);
  }
  history(
    workflow: string,
    run: string,
    page: PageOptions = {},
  ): Promise<Page<{ readonly sequence: number; readonly at: string; readonly kind: string }>> {
    return this.#json('GET', at`/v1/workflows/${workflow}/runs/${run}/history`, { query: { ...page } });
  }

  /** Of a run of a state machine, as AWS Step Functions tells it. */
  executionHistory(
    workflow: string,
    run: string,
    page: PageOptions = {},
  ): Promise<Page<ExecutionHistoryEvent>> {
    const path = at`/v1/workflows/${workflow}/runs/${run}/execution-history`;
    return this.#json('GET', path, { query: { ...page } });
  }

  /** The run as it stands, then as it changes; ends after the run has. Leaving the loop closes the connection. */
  async *streamRun(
    workflow: string,
    run: string,
    signal?: AbortSignal,
  ): AsyncGenerator<StreamEvent, void, void> {
    const path = at`/v1/workflows/${workflow}/runs/${run}/stream`;
    const { body } = await this.#send('GET', path, { headers: { accept: 'text/event-stream' } }, signal);
    try {
      for await (const { event, data } of readServerSentEvents(body)) {
        if (event === 'run') yield { kind: 'run', run: JSON.parse(data) as RunDocument };
        else if (event === 'task') yield { kind: 'task', ...(JSON.parse(data) as TaskNotice) };
      }
    } finally {
      body.destroy();
    }
  }

  /** Resolves once the log has acknowledged all of them. */
  async publish(events: CloudEvent | readonly CloudEvent[]): Promise<void> {
    const list = Array.isArray(events) ? (events as readonly CloudEvent[]) : [events as CloudEvent];
    const { headers, body } =
      list.length === 1 ? toHttp(list[0] as CloudEvent, 'structured') : toHttpBatch(list);
    await this.#json('POST', '/v1/events', { headers, body });
  }

  listDeadLetters(
    query: PageOptions & { workflow?: string; run?: string } = {},
  ): Promise<Page<DeadLetterDocument>> {
    return this.#json('GET', '/v1/dead-letters', { query: { ...query } });
  }
  getDeadLetter(id: string): Promise<DeadLetterDocument> {
    return this.#json('GET', at`/v1/dead-letters/${id}`);
  }
  async replayDeadLetter(id: string): Promise<void> {
    await this.#json('POST', at`/v1/dead-letters/${id}/replay`);
  }
  async deleteDeadLetter(id: string): Promise<void> {
    await this.#json('DELETE', at`/v1/dead-letters/${id}`);
  }

  /** Resolves when the front end can take work. */
  async ready(): Promise<void> {
    await this.#json('GET', '/readyz');
  }

  async close(): Promise<void> {
    await this.#agent.close();
  }

  async #json<T>(method: Dispatcher.HttpMethod, path: string, call: Call = {}): Promise<T> {
    const signal = AbortSignal.timeout(this.#timeoutMs + (call.waitMs ?? 0));
    const response = await this.#send(method, path, call, signal);
    if (response.statusCode === 204) {
      await response.body.dump();
      return undefined as T;
    }
    return (await response.body.json()) as T;
  }

  async #send(
    method: Dispatcher.HttpMethod,
    path: string,
    { query = {}, json, headers, body }: Call,
    signal?: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const pairs = Object.entries(query).filter(([, value]) => value !== undefined);
    const search = pairs.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&');
    const url = `${this.#baseUrl}${path}${search === '' ? '' : `?${search}`}`;
    const response = await request(url, {
      method,
      dispatcher: this.#agent,
      headers: {
        ...this.#headers,
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json !== undefined ? { body: JSON.stringify(json) } : body !== undefined && { body }),
      ...(signal && { signal }),
    }).catch((cause: unknown) => {
      if (signal?.aborted && !isTimeout(signal)) throw cause;
      throw new TidegateError('TARGET_UNREACHABLE', `no answer from ${this.#baseUrl}: ${messageOf(cause)}`, {
        cause,
      });
    });
    if (response.statusCode < 400) return response;
    throw await errorOf(response);
  }
}

function isTimeout(signal: AbortSignal): boolean {
  return (signal.reason as { name?: string } | undefined)?.name === 'TimeoutError';
}

function messageOf(cause: unknown): string {
  const { message, code } = cause as { message?: string; code?: string };
  return message || code || String(cause);
}

/** A path with its values escaped. */
function at(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return parts.reduce((path, part, index) => `${path}${encodeURIComponent(values[index - 1] ?? '')}${part}`);
}
