import { compileChoiceRule } from '../../../src/expressions/choice/index.ts';
import {
  compilePathOrIntrinsic,
  compilePayloadTemplate,
  compileReferencePath,
  type QueryScope,
} from '../../../src/expressions/jsonpath/index.ts';
import { Failure } from '../../../src/model/failure.ts';

type Json = Readonly<Record<string, unknown>>;

export interface Outcome {
  readonly status: 'SUCCEEDED' | 'FAILED';
  readonly output?: unknown;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

const FIELDS = new Set([
  ...[
    'Type',
    'Comment',
    'Next',
    'End',
    'Default',
    'InputPath',
    'Parameters',
    'Result',
    'ResultPath',
    'OutputPath',
  ],
  ...['Choices', 'Error', 'Cause', 'ErrorPath', 'CausePath'],
]);

/** Whether a machine has only states whose result needs paths, templates and rules, and nothing else. */
export function isPureData(definition: unknown): boolean {
  const { States, QueryLanguage } = definition as { States: Record<string, Json>; QueryLanguage?: string };
  return (
    QueryLanguage !== 'JSONata' &&
    Object.values(States).every(
      (state) =>
        ['Pass', 'Choice', 'Fail', 'Succeed'].includes(state['Type'] as string) &&
        Object.keys(state).every((field) => FIELDS.has(field)),
    )
  );
}

/** Runs such a machine with what is compiled from its fields. */
export function runDataStates(definition: unknown, input: unknown): Outcome {
  const { StartAt, States } = definition as { StartAt: string; States: Record<string, Json> };
  let data = input;
  for (let name: string | undefined = StartAt, turns = 0; turns < 100; turns++) {
    const state: Json = States[name!]!;
    const scope: QueryScope = {
      input: data,
      variables: {},
      random: () => 0.25,
      context: () => contextOf(name!, input),
    };
    try {
      if (state['Type'] === 'Fail') return failed(state, scope);
      data = outputOf(state, scope);
      name = nextOf(state, { ...scope, input: data });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return {
        status: 'FAILED',
        error: error.error,
        cause: `An error occurred while executing the state '${name}' (entered at the event id #*). ${error.reason}`,
      };
    }
    if (name === undefined) return { status: 'SUCCEEDED', output: data };
  }
  throw new Error('a machine that does not end');
}

function contextOf(name: string, input: unknown): unknown {
  return {
    Execution: {
      Id: 'execution',
      Input: input,
      StartTime: 'start-time',
      Name: 'run',
      RoleArn: 'role',
      RedriveCount: 0,
    },
    StateMachine: { Id: 'machine', Name: 'first-second' },
    State: { Name: name, EnteredTime: 'entered-time' },
  };
}

function select(state: Json, field: string, scope: QueryScope): unknown {
  const path = state[field];
  if (path === null) return {};
  return compilePathOrIntrinsic((path as string | undefined) ?? '$', undefined, field).evaluate(scope);
}

function outputOf(state: Json, scope: QueryScope): unknown {
  const input = select(state, 'InputPath', scope);
  const made =
    'Parameters' in state ? compilePayloadTemplate(state['Parameters']).evaluate({ ...scope, input }) : input;
  const result = 'Result' in state ? state['Result'] : made;
  const place = state['ResultPath'];
  const merged =
    place === null
      ? scope.input
      : compileReferencePath((place as string | undefined) ?? '$').put(scope.input, result);
  return select(state, 'OutputPath', { ...scope, input: merged });
}

function nextOf(state: Json, scope: QueryScope): string | undefined {
  if (state['Type'] !== 'Choice') return state['Next'] as string | undefined;
  const rules = state['Choices'] as { Next: string }[];
  return rules.find((rule) => compileChoiceRule(rule).test(scope))?.Next ?? (state['Default'] as string);
}

function failed(state: Json, scope: QueryScope): Outcome {
  const text = (fixed: string, path: string) => (path in state ? select(state, path, scope) : state[fixed]);
  return {
    status: 'FAILED',
    error: text('Error', 'ErrorPath') as string | undefined,
    cause: text('Cause', 'CausePath') as string | undefined,
  };
}
