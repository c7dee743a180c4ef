import {
  compileChoiceRule,
  compileQuery,
  expressionIn,
  type JsonPathStep,
  type QueryEnvironment,
  QueryReader,
} from '../expressions/index.ts';
import type { ChoiceCondition } from '../model/documents.ts';
import { Failure } from '../model/failure.ts';
import type { Limits } from '../model/limits.ts';
import type { ConditionType } from './condition.ts';

/** The first of the rules that holds, or -1. */
type Chooser = (environment: QueryEnvironment) => number;

/** A Choice state: the first rule that holds names the outcome `choice:<n>`. */
export const choice: ConditionType<ChoiceCondition> = {
  type: 'choice',
  compile(definition, limits) {
    const choose =
      definition.language === 'JSONata'
        ? jsonataChooser(definition, limits)
        : jsonPathChooser(definition, limits);
    return {
      type: 'choice',
      afterOutcome: 'repeat',
      evaluate(_event, _context, environment) {
        const held = choose(environment.variables() as QueryEnvironment);
        if (held >= 0) return `choice:${held}`;
        if (definition.default) return 'default';
        throw new Failure(
          'States.NoChoiceMatched',
          'Failed to transition out of the state. The state does not point to a next state.',
        );
      },
    };
  },
};

function jsonPathChooser({ rules, inputPath, contextObject }: ChoiceCondition, limits: Limits): Chooser {
  const steps: JsonPathStep[] = inputPath === undefined ? [] : [{ select: inputPath, field: 'InputPath' }];
  const input = compileQuery({ language: 'JSONPath', from: 'input', steps, contextObject }, limits);
  const compiled = rules.map((rule) => compileChoiceRule(rule, limits));
  return (environment) => {
    const reader = new QueryReader(environment, input(environment), contextObject);
    return compiled.findIndex((rule) => rule.test(reader));
  };
}

function jsonataChooser({ rules, contextObject }: ChoiceCondition, limits: Limits): Chooser {
  const compiled = rules.map((rule, place) => {
    const field = `Choices[${place}]/Condition`;
    const { Condition: template } = rule as { readonly Condition?: unknown };
    const text = typeof template === 'string' ? (expressionIn(template) ?? template) : String(template);
    const require = { kind: 'boolean', field, text } as const;
    return compileQuery(
      { language: 'JSONata', from: 'input', template, field, require, contextObject },
      limits,
    );
  });
  return (environment) => compiled.findIndex((holds) => holds(environment));
}
