export { type CompiledQuery, compileQuery, compileTrace, type StepValue } from './compile-query.ts';
export { type QueryEnvironment, QueryReader } from './environment.ts';
export { type ErrorOutput, errorOutput } from './error-output.ts';
export {
  type AnyQuery,
  type ItemsQuery,
  isQuery,
  type JsonPathQuery,
  type JsonPathStep,
  QUERY,
  type Query,
  type QuerySource,
  type Requirement,
} from './query.ts';
export { readQuery } from './read-query.ts';
