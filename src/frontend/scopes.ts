/** What an API key may be allowed to do; a key holds any of them, and none implies another. */
export const SCOPES = {
  read: 'see workflows, runs, dead letters and metrics',
  run: 'start runs and publish events',
  write: 'register and delete workflows, change triggers',
  operate: 'cancel, pause, resume, redrive and delete runs; replay and delete dead letters',
  admin: 'create, list and delete API keys',
} as const;

export type Scope = keyof typeof SCOPES;
export const ALL_SCOPES = Object.keys(SCOPES) as readonly Scope[];

export function isScope(text: string): text is Scope {
  return Object.hasOwn(SCOPES, text);
}
