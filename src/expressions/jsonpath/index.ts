export { compilePath, compilePathOrIntrinsic } from './path.ts';
export { compilePayloadTemplate, type PayloadTemplate } from './payload-template.ts';
export type { CompiledPath, QueryScope, References } from './query-scope.ts';
export { compileReferencePath, type ReferencePath } from './reference-path.ts';
