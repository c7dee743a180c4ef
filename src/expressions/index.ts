export { compileChoiceRule } from './choice/index.ts';
export type { CompileOptions } from './compile.ts';
export { compileExpression, type Expression, type ExpressionScope } from './expression.ts';
export { expressionIn } from './jsonata/index.ts';
export {
  type AnyQuery,
  type CompiledQuery,
  compileQuery,
  compileTrace,
  type ErrorOutput,
  errorOutput,
  type ItemsQuery,
  isQuery,
  type JsonPathQuery,
  type JsonPathStep,
  QUERY,
  type Query,
  type QueryEnvironment,
  QueryReader,
  type QuerySource,
  type Requirement,
  type StepValue,
} from './query/index.ts';
export { compileTemplate, type Template, type TemplateOptions } from './template.ts';
