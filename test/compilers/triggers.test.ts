import { describe, expect, it } from 'vitest';
import { compileDefinition } from '../../src/compilers/index.ts';
import { LIMITS } from '../../src/model/limits.ts';

const trigger = {
  id: 'a',
  activationEvents: [{ type: 'x' }],
  condition: { type: 'counter', threshold: 2 },
  actions: [{ type: 'complete' }],
};
const codes = (triggers: unknown[]) =>
  compileDefinition('triggers', { triggers }, { limits: LIMITS }).diagnostics.map(
    ({ code, pointer }) => `${code} ${pointer}`,
  );

describe('the format triggers', () => {
  it('compiles as itself', () => {
    const definition = { triggers: [trigger] };
    expect(compileDefinition('triggers', definition, { limits: LIMITS })).toEqual({
      diagnostics: [],
      triggers: definition,
    });
  });

  it('compiles correlations and the filters of activations and start subscriptions too', () => {
    const broken = {
      run: { correlate: 'nobody.id' },
      startOn: [{ type: 'x', filter: '1 +' }],
      triggers: [{ ...trigger, activationEvents: [{ type: 'x', filter: 'event.data.ok ==' }] }],
    };
    const { diagnostics, triggers } = compileDefinition('triggers', broken, { limits: LIMITS });
    expect(triggers).toBeUndefined();
    expect(diagnostics.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual([
      'INVALID_EXPRESSION /triggers/0/activationEvents/0/filter',
      'INVALID_EXPRESSION /startOn/0/filter',
      'INVALID_EXPRESSION /run/correlate',
    ]);
  });

  it('tells duplicate ids, outcomes that cannot be, and bad expressions in one go', () => {
    expect(
      codes([
        trigger,
        { ...trigger, actions: { fire: [], fier: [] } },
        { ...trigger, id: 'b', condition: { type: 'expression', expression: '1 +' } },
        {
          ...trigger,
          id: 'c',
          condition: { type: 'rule', rule: 'all_done', needs: [{ subject: 's' }] },
          actions: { skipped: [], error: [] },
        },
      ]),
    ).toEqual([
      'DUPLICATE_ID /triggers/1/id',
      'UNKNOWN_OUTCOME /triggers/1/actions/fier',
      'INVALID_EXPRESSION /triggers/2',
    ]);
  });

  it('has the schema first', () => {
    expect(codes([{ ...trigger, condition: { type: 'countre' } }])).toEqual([
      'UNKNOWN_VALUE /triggers/0/condition/type',
    ]);
  });
});
