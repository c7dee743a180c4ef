import { TidegateError } from '../model/errors.ts';
import { VERSION } from './version.ts';

/** Where spans go to, until closed. */
export interface TracingExport {
  /** Sends what is left, then makes no more spans. */
  close(): Promise<void>;
}

/**
 * Registers an OpenTelemetry SDK that sends the process's spans to `endpoint` by OTLP over HTTP. SDK and exporter are optional
 * dependencies and loaded here only; rejects with INVALID_CONFIGURATION where they are not installed. Headers for the collector come
 * from the exporter's own variable, `OTEL_EXPORTER_OTLP_HEADERS`, and the service's name from `OTEL_SERVICE_NAME`.
 */
export async function exportTraces(endpoint: string): Promise<TracingExport> {
  const { api, sdk, otlp, resources } = await loadSdk();
  const exporter = new otlp.OTLPTraceExporter({ url: `${endpoint}/v1/traces` });
  const provider = new sdk.BasicTracerProvider({
    resource: resources.defaultResource().merge(
      resources.resourceFromAttributes({
        'service.name': process.env['OTEL_SERVICE_NAME'] ?? 'tidegate',
        'service.version': VERSION,
        'process.pid': process.pid,
      }),
    ),
    spanProcessors: [new sdk.BatchSpanProcessor(exporter)],
  });
  api.trace.setGlobalTracerProvider(provider);
  return {
    async close() {
      api.trace.disable();
      // A collector that is away must not keep the process from ending in good order.
      await provider.shutdown().catch(() => undefined);
    },
  };
}

async function loadSdk() {
  try {
    const [api, sdk, otlp, resources] = await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/sdk-trace-base'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ]);
    return { api, sdk, otlp, resources };
  } catch (cause) {
    throw new TidegateError(
      'INVALID_CONFIGURATION',
      'TIDEGATE_OTLP_ENDPOINT is set, but the optional packages @opentelemetry/sdk-trace-base and @opentelemetry/exporter-trace-otlp-http are not installed; install them, or leave it out',
      { cause },
    );
  }
}
