import type { AwsAnswer } from './aws-clients.ts';
import { type OptimizedNames, optimizedFailure } from './aws-failure.ts';
import { fromSdk, toSdk } from './aws-values.ts';
import { argumentsOf, type Integration } from './integration.ts';
import { requireSupported } from './supported-fields.ts';

/** How an optimized integration differs from the bare call of the API. */
export interface OptimizedService {
  readonly service: string;
  readonly names: OptimizedNames;
  /** Arguments that may be JSON and go out as text. */
  readonly texts?: readonly string[];
}

/** The result that optimized integrations give: the API's answer, with what the transport said. */
export function optimizedResult({ output, shapes, http }: AwsAnswer): Record<string, unknown> {
  const result = fromSdk(output, shapes.output, 'service') as Record<string, unknown>;
  return { ...result, ...transportOf(http) };
}

export function transportOf({ status, requestId, headers }: AwsAnswer['http']): Record<string, unknown> {
  return {
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      HttpHeaders: { ...headers },
      HttpStatusCode: status,
    },
    SdkResponseMetadata: { RequestId: requestId ?? '' },
  };
}

/** Calls `action` of the service with the arguments as they are. */
export function optimized({ service, names, texts = [] }: OptimizedService, action: string): Integration {
  return async (call, { aws }) => {
    const { signal } = call;
    const given = { ...argumentsOf(call) };
    for (const name of texts) {
      const value = given[name];
      if (value !== undefined && typeof value !== 'string') given[name] = JSON.stringify(value);
    }
    try {
      const answer = await aws.call({ service, action, signal }, ({ input }) => {
        requireSupported(given, input);
        return toSdk(given, input);
      });
      return optimizedResult(answer);
    } catch (error) {
      throw optimizedFailure(error, signal, names);
    }
  };
}
