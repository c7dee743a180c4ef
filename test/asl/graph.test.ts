import { describe, expect, it } from 'vitest';
import { compileDefinition, graphOf, renderMermaid } from '../../src/compilers/index.ts';
import { LIMITS } from '../../src/model/limits.ts';

const MACHINE = {
  StartAt: 'Check',
  States: {
    Check: {
      Type: 'Choice',
      Choices: [{ Variable: '$.big', IsPresent: true, Next: 'Each' }],
      Default: 'Pay',
    },
    Pay: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Sorry' }],
      End: true,
    },
    Sorry: { Type: 'Fail' },
    Each: {
      Type: 'Map',
      ItemProcessor: { StartAt: 'Pass', States: { Pass: { Type: 'Pass', End: true } } },
      End: true,
    },
  },
};

describe('the graph of a state machine', () => {
  it('has its states, the ways between them and a box around what is done with each item', () => {
    const { triggers } = compileDefinition('asl', MACHINE, { limits: LIMITS });
    const graph = graphOf('asl', JSON.stringify(MACHINE), triggers)!;
    expect(graph.nodes.map(({ label, detail, shape }) => [label, detail, shape])).toEqual([
      ['Check', 'Choice', 'decision'],
      ['Pay', 'Task, lambda:invoke', 'task'],
      ['Sorry', 'Fail', 'task'],
      ['Each', 'Map', 'task'],
      ['Pass', 'Pass', 'task'],
    ]);
    expect(graph.edges).toEqual([
      { from: 'Check', to: 'Each', label: 'rule 1' },
      { from: 'Check', to: 'Pay', label: 'default' },
      { from: 'Pay', to: 'Sorry', label: 'States.ALL' },
      { from: 'Each', to: 'Pass' },
    ]);
    expect(graph.groups).toEqual([{ id: 'Each.0', label: 'Each, each item' }]);
    expect(renderMermaid(graph)).toContain('subgraph');
  });

  it('of a machine that does not compile is none', () => {
    expect(graphOf('asl', { StartAt: 'A', States: {} }, undefined)).toBeUndefined();
  });
});
