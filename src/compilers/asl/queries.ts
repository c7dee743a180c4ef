// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of the language, evaluated by the engine
import {
  expressionIn,
  type JsonPathStep,
  type Query,
  type QuerySource,
  type Requirement,
} from '../../expressions/index.ts';
import type { Template } from '../../model/documents.ts';
import type { InputOutput, QueryLanguage, WithResultPath } from './model.ts';

type Steps = readonly JsonPathStep[];

/** What is asked of the value beside what it is. */
type More = Pick<Query, 'require' | 'scale' | 'payload'>;

/** The value of a query, as actions take it. Without steps it is what it begins with. */
export function pathValue(from: QuerySource, steps: Steps, more: More = {}): Template {
  if (steps.length === 0 && Object.keys(more).length === 0) {
    if (from === 'input' || from === 'result') return '${event.data}';
    if (from === 'results') return '${context.results}';
  }
  return { $query: { language: 'JSONPath', from, steps, ...more } satisfies Query };
}

export function jsonataValue(from: QuerySource, template: unknown, field: string, more: More = {}): Template {
  return { $query: { language: 'JSONata', from, template, field, ...more } satisfies Query };
}

/** A value that stands for itself, whatever its strings hold. */
export function constantValue(constant: unknown): Template {
  const isPlain = constant === null || typeof constant === 'number' || typeof constant === 'boolean';
  if (isPlain || (typeof constant === 'string' && !constant.includes('${'))) return constant;
  return { $query: { language: 'JSONPath', from: 'input', steps: [{ constant }] } satisfies Query };
}

/** A member of the Error Output, or null. `isSaid`: an empty cause is none. */
export function errorMember(member: 'Error' | 'Cause', isSaid: boolean): Template {
  const step = { member, ...(isSaid && { isSaid }) } as JsonPathStep;
  return { $query: { language: 'JSONPath', from: 'error', steps: [step] } satisfies Query };
}

export function inputSteps({ InputPath }: InputOutput): Steps {
  return InputPath === undefined || InputPath === '$' ? [] : [{ select: InputPath, field: 'InputPath' }];
}
export function outputSteps({ OutputPath }: InputOutput): Steps {
  return OutputPath === undefined || OutputPath === '$' ? [] : [{ select: OutputPath, field: 'OutputPath' }];
}
export function resultSteps({ ResultPath }: WithResultPath): Steps {
  return ResultPath === undefined || ResultPath === '$' ? [] : [{ put: ResultPath, field: 'ResultPath' }];
}
export function buildSteps(template: unknown, field: string): Steps {
  return template === undefined ? [] : [{ build: template, field }];
}
export function selectSteps(path: string, field: string): Steps {
  return [{ select: path, field }];
}

/** What a state's work is given: Parameters or Arguments over its input, which are a payload. */
export function argumentsValue(
  state: InputOutput & { readonly Parameters?: unknown; readonly Arguments?: unknown },
  language: QueryLanguage,
): Template {
  const { Parameters, Arguments } = state;
  if (language === 'JSONPath') {
    const steps = [...inputSteps(state), ...buildSteps(Parameters, 'Parameters')];
    return pathValue('input', steps, Parameters === undefined ? {} : { payload: true });
  }
  return Arguments === undefined
    ? pathValue('input', [])
    : jsonataValue('input', Arguments, 'Arguments', { payload: true });
}

export function requirement(
  kind: Requirement['kind'],
  field: string,
  text: unknown,
): { require: Requirement } {
  return { require: { kind, field, text: textOf(text) } };
}

/** The text of an expression without its marks, as error texts quote it. */
function textOf(template: unknown): string {
  return typeof template === 'string' ? (expressionIn(template) ?? template) : JSON.stringify(template);
}
