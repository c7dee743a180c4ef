export type { CompileOptions } from './compile.ts';
export { compileExpression, type Expression, type ExpressionScope } from './expression.ts';
export { compileTemplate, type Template, type TemplateOptions } from './template.ts';
