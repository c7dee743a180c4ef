import { assign } from './assign.ts';
import {
  type Check,
  checkFields,
  type Fields,
  fieldsOf,
  requireElements,
  requireObject,
  wrongType,
} from './fields.ts';
import type { Here } from './inspection.ts';
import type { JsonObject } from './json-type.ts';
import { checkJsonata, jsonataTemplate } from './jsonata.ts';
import { singlePath } from './paths.ts';
import type { Place } from './place.ts';
import { transition } from './transitions.ts';
import { constantText, flag, number, text, timestamp } from './values.ts';

const anyNumber = number(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);

const ORDERS = ['Equals', 'LessThan', 'GreaterThan', 'LessThanEquals', 'GreaterThanEquals'];

/** All 39 without And, Or and Not: operator to what it takes. */
const OPERATORS: Readonly<Record<string, Check>> = Object.fromEntries([
  ...Object.entries({ String: constantText, Numeric: anyNumber, Timestamp: timestamp }).flatMap(
    ([type, check]) =>
      ORDERS.flatMap((order) => [
        [`${type}${order}`, check],
        [`${type}${order}Path`, singlePath],
      ]),
  ),
  ['BooleanEquals', flag],
  ['BooleanEqualsPath', singlePath],
  ['StringMatches', text],
  ...['Null', 'Present', 'Numeric', 'String', 'Boolean', 'Timestamp'].map((type) => [`Is${type}`, flag]),
]);

const COMBINATIONS: Readonly<Record<string, Check>> = {
  'And JSONPath': nestedRules,
  'Or JSONPath': nestedRules,
  'Not JSONPath': nestedRule,
};

const TEST: Readonly<Record<string, Check>> = {
  ...COMBINATIONS,
  'Variable JSONPath': singlePath,
  ...Object.fromEntries(Object.entries(OPERATORS).map(([name, check]) => [`${name} JSONPath`, check])),
};

const RULE = fieldsOf(
  'a rule of a Choice',
  {
    Comment: text,
    Next: transition,
    Assign: assign,
    'Output JSONata': jsonataTemplate,
    'Condition JSONata': condition,
    ...TEST,
  },
  { required: ['Next'] },
);

const NESTED = fieldsOf('a rule inside And, Or or Not', {
  Comment: text,
  ...TEST,
});

/** `Choices` */
export const choices: Check = (value, at, here) => {
  if (!requireElements(value, at, here)) return;
  value.forEach((rule, index) => {
    checkRule(rule, at.at(index), here, RULE);
  });
};

function nestedRules(value: unknown, at: Place, here: Here): void {
  if (!requireElements(value, at, here)) return;
  value.forEach((rule, index) => {
    checkRule(rule, at.at(index), here, NESTED);
  });
}

function nestedRule(value: unknown, at: Place, here: Here): void {
  checkRule(value, at, here, NESTED);
}

function checkRule(rule: unknown, at: Place, here: Here, fields: Fields): void {
  if (!requireObject(rule, at, here)) return;
  checkFields(rule, at, here, fields);
  if (here.language === 'JSONata') {
    if (!Object.hasOwn(rule, 'Condition')) {
      here.findings.error('ASL_CHOICE_RULE', at, 'the rule has no Condition', {
        service: { message: 'These fields are required: [Condition]' },
      });
    }
  } else checkTest(rule, at, here);
}

/** Either one of And, Or, Not, or a Variable and one operator. */
function checkTest(rule: JsonObject, at: Place, here: Here): void {
  const combinations = Object.keys(rule).filter((key) => key === 'And' || key === 'Or' || key === 'Not');
  const operators = Object.keys(rule).filter((key) => Object.hasOwn(OPERATORS, key));
  const hasVariable = Object.hasOwn(rule, 'Variable');
  const wrong = (message: string) => here.findings.error('ASL_CHOICE_RULE', at, message);
  if (combinations.length + operators.length > 1) {
    wrong(`a rule has one operator, not ${[...combinations, ...operators].join(' and ')}`);
  } else if (combinations.length === 1) {
    if (hasVariable) wrong(`${combinations[0]} takes no Variable: its rules have their own`);
  } else if (operators.length === 0) {
    wrong(hasVariable ? 'the rule has no operator' : 'the rule compares nothing');
  } else if (!hasVariable) wrong(`${operators[0]} needs a Variable`);
}

function condition(value: unknown, at: Place, here: Here): void {
  if (typeof value === 'string') checkJsonata(value, at, here);
  else if (typeof value !== 'boolean') wrongType(value, 'an expression "{% ... %}"', at, here);
}
