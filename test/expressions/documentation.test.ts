import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FUNCTIONS } from '../../src/expressions/functions.ts';
import { compileExpression } from '../../src/expressions/index.ts';
import { MACROS } from '../../src/expressions/macros.ts';
import { LIMITS } from '../../src/model/limits.ts';

const page = readFileSync(new URL('../../docs/expressions.md', import.meta.url), 'utf8');

const example = {
  event: {
    id: '1',
    type: 'order.paid',
    subject: 'oven.3',
    time: '2026-03-04T12:00:00Z',
    data: {
      temperature: 90,
      items: [{ price: 2, quantity: 3 }],
      tags: ['urgent-1'],
      orderedAt: '2026-03-01T12:00:00Z',
      cents: 250,
      prices: { tea: 2 },
    },
  },
  context: { count: 10, results: [{ status: 'ok' }] },
};

describe('docs/expressions.md', () => {
  const examples = page.split('## Examples')[1]!.split('```')[1]!.trim().split('\n');

  it.each(examples)('shows an example that works: %s', (text) => {
    expect(
      compileExpression(text, { variables: ['event', 'context', 'run'] }).evaluate(example),
    ).toBeDefined();
  });

  it('names every function and macro', () => {
    const names = [...FUNCTIONS.values()]
      .map((row) => row.name)
      .concat([...MACROS.keys()].map((key) => key.split('/')[0]!));
    const missing = names.map((name) => name.replace(/^math\./, '')).filter((name) => !page.includes(name));
    expect(missing).toEqual([]);
  });

  it('names the limits with their defaults', () => {
    for (const limit of [
      'expressionLength',
      'expressionDepth',
      'expressionSteps',
      'expressionResult',
    ] as const) {
      expect(page).toContain(`| \`${limit}\` | ${LIMITS[limit].toLocaleString('en-US')} |`);
    }
  });
});
