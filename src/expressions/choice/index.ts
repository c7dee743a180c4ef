export { type ChoiceRule, compileChoiceRule } from './choice-rule.ts';
export { COMPARISON_OPERATORS } from './operators.ts';
