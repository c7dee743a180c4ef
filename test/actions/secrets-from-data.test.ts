import { expect, test } from 'vitest';
import { compileAction } from '../../src/actions/index.ts';
import { LIMITS } from '../../src/model/limits.ts';

const event = { data: { note: 'secret://db-password' } };

test.each([
  [
    'http',
    {
      type: 'http' as const,
      url: 'http://target/',
      headers: { authorization: 'Bearer secret://api-key' },
      body: '${ event.data }',
    },
  ],
  [
    'publish',
    {
      type: 'publish' as const,
      url: 'http://sink/',
      headers: { authorization: 'Bearer secret://api-key' },
      event: { type: 'x', data: '${ event.data }' },
    },
  ],
])(
  '%s: only the secrets that the definition names may be resolved, not one an event asks for',
  (_type, definition) => {
    const planned = compileAction(definition, LIMITS).plan({
      now: 0,
      variables: () => ({ event }),
      snapshot: () => ({ event }),
    });
    expect(planned).toMatchObject({ request: { secrets: ['api-key'] } });
    expect(JSON.stringify(planned)).toContain('secret://db-password');
  },
);
