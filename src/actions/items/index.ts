export type { ReadItems } from './read-items.ts';
export { readItems } from './read-items.ts';
export { type ChildResult, transformedResults, type WriterConfig } from './results.ts';
export { type WriteResults, writeResults } from './write-results.ts';
