import type { Route } from './route.ts';

/** The methods a path takes, for 405 and Allow; empty where no route has the path. */
export function methodsOf(routes: readonly Route[], path: string): string[] {
  const segments = path.split('/');
  const methods = new Set<string>();
  for (const route of routes) {
    const pattern = route.path.split('/');
    if (pattern.length !== segments.length) continue;
    if (
      !pattern.every((part, index) =>
        part.startsWith('{') ? segments[index] !== '' : part === segments[index],
      )
    )
      continue;
    methods.add(route.method);
    if (route.method === 'GET' && route.operationId !== 'streamRun') methods.add('HEAD');
  }
  return [...methods];
}
