import { type HttpInvokerDeps, type OutgoingOptions, secretsFrom } from '../../src/actions/index.ts';
import { LIMITS, type Limits } from '../../src/model/limits.ts';
import { outgoing } from './calls.ts';

/** Invoker dependencies over the real outgoing side, with secrets from `environment` and `files`. */
export function dependencies({
  environment = {},
  files = {},
  options = {},
  limits = {},
}: {
  environment?: Record<string, string>;
  files?: Record<string, string>;
  options?: Partial<OutgoingOptions>;
  limits?: Partial<Limits>;
} = {}): HttpInvokerDeps {
  return {
    outgoing: outgoing(options),
    secrets: secretsFrom({
      environment,
      directory: '/secrets',
      readFile: async (path) => {
        const text = files[path];
        if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
        return text;
      },
    }),
    limits: { ...LIMITS, ...limits },
    version: '1.2.3',
    callback: { key: 'key of this test', baseUrl: () => 'http://front.example:7171' },
  };
}
