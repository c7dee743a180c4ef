export type { Bindings, Draw } from './evaluation.ts';
export { type CompiledJsonata, compileJsonata } from './expression.ts';
export { compileJsonataTemplate, expressionIn, type JsonataTemplate } from './template.ts';
export { topLevelNames } from './top-level.ts';
