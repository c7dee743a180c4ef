import type { TriggersDefinition } from '../../model/documents.ts';
import { LIMITS, type Limits } from '../../model/limits.ts';
import { dagGraph } from '../dag/graph.ts';
import { readDefinition, type TaskStates } from '../dag/index.ts';
import { parseDefinitionText } from '../definition-text.ts';
import type { Graph } from './graph.ts';
import { triggersGraph } from './triggers.ts';

/**
 * The graph of a definition (a value, or its text) of any format: its own for `dag`, else that of the triggers it compiles
 * to. `states` are those of one run's tasks. Undefined where the definition says too little to draw.
 */
export function graphOf(
  format: string,
  definition: unknown,
  compiled: TriggersDefinition | undefined,
  options: { readonly title?: string; readonly states?: TaskStates; readonly limits?: Limits } = {},
): Graph | undefined {
  const limits = options.limits ?? LIMITS;
  if (format === 'dag') {
    const value = typeof definition === 'string' ? parseDefinitionText(definition, limits).value : definition;
    const dag = readDefinition(value, limits);
    return dag && dagGraph(dag, options);
  }
  return compiled && triggersGraph(compiled, options.title);
}

export type { Graph, GraphEdge, GraphGroup, GraphNode } from './graph.ts';
export { renderMermaid } from './mermaid.ts';
export { renderSvg } from './svg.ts';
