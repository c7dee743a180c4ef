import type {
  InspectionData,
  Mock,
  StateConfiguration,
  TestStateRequest,
} from '../../compilers/asl/test-state/index.ts';
import { testState } from '../../compilers/asl/test-state/index.ts';
import { parseDefinitionText } from '../../compilers/index.ts';
import { LIMITS, type Limits } from '../../model/limits.ts';
import { arnScopeOf } from '../../model/step-functions-arns.ts';
import { type Command, type Invocation, UsageError } from '../command.ts';
import { configuredTask } from '../configured-task.ts';
import { readDefinitionFile, showDiagnostics } from '../definition-file.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { readInput } from '../json-input.ts';
import { performAlone } from '../perform-alone.ts';
import { printable, type Terminal } from '../terminal.ts';

const LEVELS = ['INFO', 'DEBUG', 'TRACE'] as const;
const VALUE = 'FILE|JSON';

export const testStateCommand: Command = {
  name: 'test-state',
  summary: 'Run one state of a state machine alone, with given data and mocked results',
  positionals: ['FILE'],
  options: {
    state: {
      doc: 'Name of the state, where FILE is a whole machine; states inside others too.',
      value: 'NAME',
    },
    input: { doc: 'Input of the state; default: {}.', value: VALUE },
    context: { doc: 'The context object; only with --mock.', value: VALUE },
    variables: { doc: 'Variables and their values.', value: VALUE },
    mock: {
      doc: 'What the work of a Task, Map or Parallel comes to: {"result": ...} or {"errorOutput": {"error", "cause"}}.',
      value: VALUE,
    },
    configuration: {
      doc: 'retrierRetryCount, mapIterationFailureCount, errorCausedByState, mapItemReaderData.',
      value: VALUE,
    },
    level: {
      doc: 'INFO (default): the output; DEBUG, TRACE: the data at each step too.',
      value: LEVELS.join('|'),
    },
  },
  settings: ['engine'],
  details: `Nothing is waited for, and nothing is kept. A Task without --mock is performed as \`run\` would, with --functions and --resources.
The output goes to standard output, what became of the state to standard error; with --json there is one object with all of it.
The exit code is 0 where the state goes on (SUCCEEDED, CAUGHT_ERROR), 1 where it does not (FAILED, RETRIABLE).`,
  async run(call) {
    const limits: Limits = { ...LIMITS, ...call.configuration.values.limits };
    const asked = await requestOf(call, limits);
    if (asked === undefined) return EXIT.invalid;
    const { awsRegion, awsAccount } = call.configuration.values;
    const { task, close } = await configuredTask(call.configuration, limits);
    try {
      const came = await testState(asked, {
        limits,
        now: Date.now(),
        arns: arnScopeOf({ region: awsRegion, account: awsAccount }),
        perform: performAlone(task),
      });
      if ('answer' in came) return show(call.terminal, valuesOf(came.answer));
      const { code, message } = came.refused;
      if (call.terminal.json) call.terminal.printJson({ error: { code, message } });
      else call.terminal.note(`${call.terminal.paint('red', code)} ${printable(message)}`);
      return EXIT.invalid;
    } finally {
      await close();
    }
  },
};

/** Undefined: the machine is not sound, which was said. */
async function requestOf(
  { positionals, options, input: standardInput, terminal }: Invocation,
  limits: Limits,
): Promise<TestStateRequest | undefined> {
  const path = positionals[0] as string;
  const file = readDefinitionFile(path, 'asl', limits);
  const { definition } = file;
  const value = typeof definition === 'string' ? parseDefinitionText(definition, limits).value : definition;
  const { state, level = 'INFO' } = options;
  if (typeof value === 'object' && value !== null && 'States' in value) {
    const { triggers, diagnostics } = file.compile(limits);
    if (triggers === undefined) {
      if (terminal.json) terminal.printJson({ file: path, valid: false, diagnostics });
      else showDiagnostics(terminal, path, diagnostics);
      return undefined;
    }
    if (state === undefined)
      throw new UsageError(`${path} is a state machine: name the state with --state NAME`, NAME);
  }
  const inspectionLevel = LEVELS.find((each) => each === level.toUpperCase());
  if (inspectionLevel === undefined) throw new UsageError(`--level is one of ${LEVELS.join(', ')}`, NAME);
  const read = async (name: 'input' | 'context' | 'variables' | 'mock' | 'configuration') => {
    const given = options[name];
    return given === undefined ? undefined : await readInput(given, standardInput);
  };
  const text = (given: unknown) => (given === undefined ? undefined : JSON.stringify(given));
  const mock = await read('mock');
  return {
    definition: JSON.stringify(value),
    stateName: state,
    inspectionLevel,
    input: text(await read('input')),
    context: text(await read('context')),
    variables: text(await read('variables')),
    mock: mock === undefined ? undefined : mockOf(mock),
    stateConfiguration: configurationOf(await read('configuration')),
  };
}

const NAME = 'test-state';

/** The result as JSON text, which is how TestState takes it. */
function mockOf(given: unknown): Mock {
  const mock = membersOf(given, 'mock', ['result', 'errorOutput', 'fieldValidationMode']);
  return { ...mock, ...('result' in mock && { result: JSON.stringify(mock['result']) }) };
}

function configurationOf(given: unknown): StateConfiguration | undefined {
  if (given === undefined) return undefined;
  const names = ['retrierRetryCount', 'mapIterationFailureCount', 'errorCausedByState', 'mapItemReaderData'];
  const members = membersOf(given, 'configuration', names);
  const data = members['mapItemReaderData'];
  const isText = data === undefined || typeof data === 'string';
  return { ...members, ...(!isText && { mapItemReaderData: JSON.stringify(data) }) };
}

function membersOf(
  given: unknown,
  option: string,
  names: readonly string[],
): Readonly<Record<string, unknown>> {
  const isObject = typeof given === 'object' && given !== null && !Array.isArray(given);
  const unknown = isObject ? Object.keys(given).find((name) => !names.includes(name)) : undefined;
  if (isObject && unknown === undefined) return given as Readonly<Record<string, unknown>>;
  const what = unknown === undefined ? 'takes an object' : `has no "${unknown}"`;
  throw new UsageError(`--${option} ${what}: ${names.join(', ')}`, NAME);
}

type Shown = ReturnType<typeof valuesOf>;

/** The answer with its JSON texts as values. */
function valuesOf({
  output,
  inspectionData,
  ...rest
}: Extract<Awaited<ReturnType<typeof testState>>, { answer: unknown }>['answer']) {
  return {
    ...rest,
    ...(output !== undefined && { output: JSON.parse(output) as unknown }),
    ...(inspectionData && { inspectionData: inspectedOf(inspectionData) }),
  };
}

function inspectedOf(data: InspectionData): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [
      name,
      typeof value === 'string' ? (JSON.parse(value) as unknown) : value,
    ]),
  );
}

function show(terminal: Terminal, answer: Shown): ExitCode {
  const { status, nextState, error, cause, output, inspectionData = {} } = answer;
  const goesOn = status === 'SUCCEEDED' || status === 'CAUGHT_ERROR';
  const code = goesOn ? EXIT.ok : EXIT.runFailed;
  if (terminal.json) {
    terminal.printJson(answer);
    return code;
  }
  for (const [name, value] of Object.entries(inspectionData))
    terminal.note(`${terminal.paint('grey', name)} ${JSON.stringify(value)}`);
  const to = nextState === undefined ? '' : ` -> ${printable(nextState)}`;
  const why = [error, cause].filter((each) => each !== undefined).map((each) => `: ${printable(each)}`);
  terminal.note(`${terminal.paint(goesOn ? 'green' : 'red', status)}${to}${why.join('')}`);
  if (output !== undefined) terminal.print(JSON.stringify(output, null, 2));
  return code;
}
