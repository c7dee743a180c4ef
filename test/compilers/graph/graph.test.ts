// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of the language
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layoutOf } from '../../../src/compilers/graph/layout.ts';
import { type Graph, graphOf, renderMermaid, renderSvg } from '../../../src/compilers/index.ts';
import { anyDag, dagOf } from '../../reference/any-dag.ts';

const dag = {
  tasks: {
    pick: { branch: '"a"' },
    a: { needs: 'pick', value: 1 },
    b: { needs: 'pick', rule: 'all_done', forEach: [1, 2] },
  },
  groups: {
    g: {
      forEach: [1],
      needs: ['a'],
      tasks: { x: {}, y: { needs: 'x' } },
      groups: { h: { tasks: { z: {} } } },
    },
  },
  onFailure: { tell: {} },
};

describe('the graph of a DAG', () => {
  it('has a node per task, an edge per need, a box per group', () => {
    const graph = graphOf('dag', dag, undefined)!;
    expect(graph.nodes.map(({ id, group }) => [id, group])).toEqual([
      ['pick', undefined],
      ['a', undefined],
      ['b', undefined],
      ['g.x', 'g'],
      ['g.y', 'g'],
      ['g.h.z', 'g.h'],
      ['tell', 'on failure'],
    ]);
    expect(graph.edges).toContainEqual({ from: 'a', to: 'g.x' });
    expect(graph.groups.map(({ id, label }) => [id, label])).toEqual([
      ['g', 'g [ ]'],
      ['g.h', 'h'],
      ['on failure', 'on failure'],
    ]);
  });

  it('names each state in words and counts instances', () => {
    const states = new Map([
      ['pick', 'succeeded'],
      ['b[0]', 'failed'],
      ['b[1]', 'succeeded'],
    ] as const);
    const svg = renderSvg(graphOf('dag', dag, undefined, { states, title: 'a <title>' })!);
    expect(svg).toContain('1 failed, 1 succeeded');
    expect(svg).toContain('a &lt;title&gt;');
    expect(renderMermaid(graphOf('dag', dag, undefined, { states })!)).toContain(':::failed');
  });

  it('no box of the picture overlaps another unless one holds the other', () => {
    fc.assert(
      fc.property(anyDag, (tasks) => {
        const graph = graphOf(
          'dag',
          { ...(dagOf(tasks) as object), groups: dag.groups, onFailure: dag.onFailure },
          undefined,
        )!;
        const { nodes, width, height } = layoutOf(graph);
        const boxes = [...nodes.values()];
        boxes.forEach((a, i) => {
          expect(a.x >= 0 && a.y >= 0 && a.x + a.width <= width && a.y + a.height <= height).toBe(true);
          for (const b of boxes.slice(i + 1)) {
            const apart =
              a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
            expect(apart).toBe(true);
          }
        });
      }),
      { numRuns: 100 },
    );
  });

  it('text from a definition cannot break out of the picture', () => {
    const evil = '</text><script>alert("1")</script>"];\n  x --> y';
    const graph: Graph = {
      nodes: [{ id: evil, label: evil, detail: evil, shape: 'event' }],
      edges: [],
      groups: [{ id: 'g', label: evil }],
    };
    expect(renderSvg(graph)).not.toContain('<script');
    const mermaid = renderMermaid(graph);
    expect(mermaid).not.toContain('<script');
    expect(mermaid.split('\n').filter((line) => line.includes('-->'))).toEqual([]);
  });
});

describe('the graph of plain triggers', () => {
  it('joins triggers by the events they bring about, and shows those from outside', () => {
    const triggers = [
      {
        id: 'count',
        activationEvents: [{ type: 'part', subject: 'p.*' }],
        condition: { type: 'counter', threshold: 2 },
        actions: [{ type: 'http', url: 'http://x' }],
      },
      {
        id: 'then',
        activationEvents: [{ type: 'dev.tidegate.task.succeeded', subject: 'count' }],
        condition: { type: 'always' },
        actions: [{ type: 'complete' }],
      },
    ] as const;
    const graph = graphOf('triggers', undefined, { triggers }, { title: 't' })!;
    expect(graph.edges).toEqual([
      { from: 'event part p.*', to: 'trigger count' },
      { from: 'trigger count', to: 'trigger then' },
    ]);
    expect(renderMermaid(graph)).toContain('(["part<br/>p.*"])');
  });
});
