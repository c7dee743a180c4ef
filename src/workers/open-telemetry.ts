import { createRequire } from 'node:module';
import type { Tracer, TracerProvider } from '@opentelemetry/api';

type Api = typeof import('@opentelemetry/api');

/** OpenTelemetry's interface, and the tracer of the SDK that the process has registered. */
export interface Tracing {
  readonly api: Api;
  readonly tracer: Tracer;
}

/** Where all copies of version 1 of the interface keep what was registered. */
const REGISTRY = Symbol.for('opentelemetry.js.api.1');
const TRACER = 'tidegate';
let loaded: Api | undefined;

/**
 * Undefined where no SDK is registered: then not even the interface is loaded, which would take a worker some 15 ms of its
 * start, and nothing is made that nobody records. Cheap enough to be asked per batch and per call.
 */
export function activeTracing(): Tracing | undefined {
  const registry = (globalThis as { [REGISTRY]?: { readonly trace?: unknown } })[REGISTRY];
  if (registry?.trace === undefined) return undefined;
  loaded ??= createRequire(import.meta.url)('@opentelemetry/api') as Api;
  const provider = loaded.trace.getTracerProvider() as TracerProvider & {
    getDelegateTracer?(name: string): Tracer | undefined;
  };
  // A provider that stands for one to come makes tracers that do nothing, unless asked for the real one.
  const tracer = provider.getDelegateTracer ? provider.getDelegateTracer(TRACER) : provider.getTracer(TRACER);
  return tracer && { api: loaded, tracer };
}
