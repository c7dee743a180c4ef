import type { TriggerDefinition } from '../model/documents.ts';
import type { Token } from '../model/token.ts';

/** Where in a state machine something failed, as the texts of its errors begin; empty for what is no state of one. */
export function statePlace({ state }: TriggerDefinition, token: Token | undefined): string {
  if (state === undefined || state.alone) return '';
  const entered = token?.entered ?? token?.turn ?? 0;
  return `An error occurred while executing the state '${state.name}' (entered at the event id #${entered}). `;
}
