/** A definition as a picture: what is drawn, not how. */
export interface Graph {
  readonly title?: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly groups: readonly GraphGroup[];
}

export interface GraphNode {
  readonly id: string;
  readonly label: string;
  /** A second, smaller line: what it does, or under which rule. */
  readonly detail?: string;
  readonly shape: 'task' | 'decision' | 'event';
  /** Id of the innermost group around it. */
  readonly group?: string;
  readonly state?: NodeState;
}

export interface NodeState {
  /** Chooses the colour. */
  readonly name: string;
  /** Says the same in words, e.g. `2 succeeded, 1 failed`. */
  readonly text: string;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly label?: string;
}

export interface GraphGroup {
  readonly id: string;
  readonly label: string;
  readonly parent?: string;
}

/** Colours by state: background and line; each is named in text too, so that nothing rests on the colour alone. */
export const STATE_COLOURS: Readonly<Record<string, { readonly fill: string; readonly line: string }>> = {
  waiting: { fill: '#f4f4f5', line: '#71717a' },
  running: { fill: '#dbeafe', line: '#1d4ed8' },
  retrying: { fill: '#fef3c7', line: '#b45309' },
  succeeded: { fill: '#dcfce7', line: '#15803d' },
  failed: { fill: '#fee2e2', line: '#b91c1c' },
  skipped: { fill: '#fae8ff', line: '#a21caf' },
  upstream_failed: { fill: '#ffedd5', line: '#c2410c' },
};
