import type { ActionDefinition, ActivationEvent, TriggersDefinition } from '../../model/documents.ts';
import type { Graph, GraphEdge, GraphNode } from './graph.ts';

/** Plain triggers by the events that join them: what one emits activates another; the rest comes from outside. */
export function triggersGraph({ triggers }: Pick<TriggersDefinition, 'triggers'>, title?: string): Graph {
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  const outside = new Map<string, string>();
  const emitted = triggers.flatMap(({ id, actions }) =>
    Object.entries(Array.isArray(actions) ? { fire: actions } : actions).flatMap(([outcome, list]) =>
      (list as readonly ActionDefinition[]).flatMap((action) =>
        eventsOf(id, action).map((event) => ({ from: id, outcome, event })),
      ),
    ),
  );
  for (const trigger of triggers) {
    nodes.push({
      id: `trigger ${trigger.id}`,
      label: trigger.id,
      detail: trigger.condition.type,
      shape: 'task',
    });
    for (const activation of trigger.activationEvents) {
      const sources = emitted.filter(({ event }) => matches(activation, event));
      for (const { from, outcome } of sources) {
        edges.push({
          from: `trigger ${from}`,
          to: `trigger ${trigger.id}`,
          ...(outcome !== 'fire' && { label: outcome }),
        });
      }
      if (sources.length > 0) continue;
      const label =
        activation.subject === undefined ? activation.type : `${activation.type} ${activation.subject}`;
      const id = outside.get(label) ?? `event ${label}`;
      if (!outside.has(label)) {
        outside.set(label, id);
        nodes.push({
          id,
          label: activation.type,
          ...(activation.subject && { detail: activation.subject }),
          shape: 'event',
        });
      }
      edges.push({ from: id, to: `trigger ${trigger.id}` });
    }
  }
  const seen = new Set<string>();
  const unique = edges.filter(({ from, to, label }) => {
    const key = JSON.stringify([from, to, label]);
    return !seen.has(key) && seen.add(key);
  });
  return { ...(title !== undefined && { title }), nodes, edges: unique, groups: [] };
}

interface Emitted {
  readonly type: string | RegExp;
  readonly subject: string | undefined;
}

/** Events that an action brings about, as far as its text tells. */
function eventsOf(trigger: string, action: ActionDefinition): Emitted[] {
  const literal = (subject: string | undefined) => (subject?.includes('${') ? undefined : subject);
  switch (action.type) {
    case 'emit':
      return [{ type: action.event, subject: literal(action.subject) }];
    case 'set-timer':
      return [{ type: 'dev.tidegate.timer', subject: literal(action.name) }];
    case 'fork':
      return [{ type: /^dev\.tidegate\.scope\./, subject: action.name }];
    case 'http':
    case 'function':
    case 'publish':
    case 'start-run':
    case 'task':
      return [
        { type: /^dev\.tidegate\.task\.(succeeded|failed)$/, subject: literal(action.subject) ?? trigger },
      ];
    default:
      return [];
  }
}

function matches(activation: ActivationEvent, { type, subject }: Emitted): boolean {
  const sameType = typeof type === 'string' ? type === activation.type : type.test(activation.type);
  return (
    sameType && (activation.subject === undefined || subject === undefined || activation.subject === subject)
  );
}
