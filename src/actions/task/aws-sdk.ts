import { createHash } from 'node:crypto';
import type { Limits } from '../../model/limits.ts';
import { sdkFailure } from './aws-failure.ts';
import type { Shape } from './aws-shapes.ts';
import { fromSdk, toSdk } from './aws-values.ts';
import { argumentsOf, type Integration } from './integration.ts';
import { requirePayload } from './result-size.ts';
import { requireSupported } from './supported-fields.ts';

/** `aws-sdk:SERVICE:ACTION`: any action of any service whose client is installed. */
export function awsSdk(service: string, action: string): Integration {
  return async (call, { aws, limits }) => {
    const { signal, effect, request } = call;
    try {
      const { output, shapes } = await aws.call({ service, action, signal }, ({ input }) => {
        const given = argumentsOf(call);
        requireSupported(given, input);
        return withIdempotencyToken(toSdk(given, input), input, effect.id);
      });
      const read = await withStreamsRead(output, request.resource, limits);
      return fromSdk(read, shapes.output, 'pascal');
    } catch (error) {
      throw sdkFailure(error, signal, aws.serviceIdOf(service));
    }
  };
}

/** Where the API has a token against repeats and the arguments bring none, it is the effect's. */
function withIdempotencyToken(input: unknown, shape: Shape | undefined, effect: string): unknown {
  const names = [...(shape?.tokens ?? [])].filter(
    (name) => (input as Record<string, unknown>)[name] === undefined,
  );
  if (names.length === 0) return input;
  const token = uuidOf(effect);
  return { ...(input as object), ...Object.fromEntries(names.map((name) => [name, token])) };
}

/** A UUID (version 8) that the same text always gets. */
export function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

async function withStreamsRead(
  output: Readonly<Record<string, unknown>>,
  resource: string,
  limits: Limits,
): Promise<Readonly<Record<string, unknown>>> {
  const streams = Object.entries(output).filter(([, value]) => isStream(value));
  if (streams.length === 0) return output;
  const read: Record<string, unknown> = { ...output };
  for (const [name, stream] of streams) {
    const pieces: Uint8Array[] = [];
    let size = 0;
    for await (const piece of stream as AsyncIterable<Uint8Array>) {
      size += piece.length;
      requirePayload(size, resource, limits);
      pieces.push(piece);
    }
    read[name] = Buffer.concat(pieces);
  }
  return read;
}

function isStream(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
