import type { Route } from '../route.ts';
import { apiKeyRoutes } from './api-keys.ts';
import { callbackRoutes } from './callbacks.ts';
import { deadLetterRoutes } from './dead-letters.ts';
import { eventRoutes } from './events.ts';
import { operationRoutes } from './operation.ts';
import { runTriggerRoutes } from './run-triggers.ts';
import { runRoutes } from './runs.ts';
import { triggerRoutes } from './triggers.ts';
import { workflowRoutes } from './workflows.ts';

/** The route table: what is served, and what /openapi.json shows. */
export function routeTable(openApi: () => string): readonly Route[] {
  return [
    ...workflowRoutes,
    ...triggerRoutes,
    ...runRoutes,
    ...runTriggerRoutes,
    ...eventRoutes,
    ...callbackRoutes,
    ...deadLetterRoutes,
    ...apiKeyRoutes,
    ...operationRoutes(openApi),
  ];
}
