export { type EventFilter, hasWildcard, MatchIndex, subjectMatches } from './match-index.ts';
export * as scopePath from './scope-path.ts';
