import type { TriggersDefinition } from '../../model/documents.ts';
import { LIMITS, type Limits } from '../../model/limits.ts';
import { machineGraph } from '../asl/graph.ts';
import type { StateMachine } from '../asl/model.ts';
import { dagGraph } from '../dag/graph.ts';
import { readDefinition, type TaskStates } from '../dag/index.ts';
import { parseDefinitionText } from '../definition-text.ts';
import type { Graph } from './graph.ts';
import { triggersGraph } from './triggers.ts';

/**
 * The graph of a definition (a value, or its text) of any format: its own for `dag` and `asl`, else that of the triggers it compiles
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
    const dag = readDefinition(parsed(definition, limits), limits);
    return dag && dagGraph(dag, options);
  }
  if (format === 'asl') return compiled && machineGraph(parsed(definition, limits) as StateMachine, options);
  return compiled && triggersGraph(compiled, options.title);
}

function parsed(definition: unknown, limits: Limits): unknown {
  return typeof definition === 'string' ? parseDefinitionText(definition, limits).value : definition;
}

export type { Graph, GraphEdge, GraphGroup, GraphNode } from './graph.ts';
export { renderMermaid } from './mermaid.ts';
export { renderSvg } from './svg.ts';
