export { compileChoiceRule } from './choice/index.ts';
export type { CompileOptions } from './compile.ts';
export { compileExpression, type Expression, type ExpressionScope } from './expression.ts';
export { compileJsonataTemplate } from './jsonata/index.ts';
export {
  type AnyQuery,
  type CompiledQuery,
  compileQuery,
  type ErrorOutput,
  errorOutput,
  type JsonPathStep,
  QUERY,
  type Query,
  type QueryEnvironment,
  QueryReader,
  type QuerySource,
  type Requirement,
} from './query/index.ts';
export { compileTemplate, type Template, type TemplateOptions } from './template.ts';
