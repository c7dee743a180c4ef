import type { Route } from '../route.ts';
import { eventRoutes } from './events.ts';
import { operationRoutes } from './operation.ts';
import { runRoutes } from './runs.ts';
import { workflowRoutes } from './workflows.ts';

/** The route table: what is served, and what /openapi.json shows. */
export function routeTable(openApi: () => string): readonly Route[] {
  return [...workflowRoutes, ...runRoutes, ...eventRoutes, ...operationRoutes(openApi)];
}
