import { EffectError } from '../../../actions/index.ts';
import { integrationOf } from '../../../actions/task/arn.ts';
import { installedPackages, loadSdk } from '../../../actions/task/aws-module.ts';
import { memberNameOf } from '../../../actions/task/aws-names.ts';
import { type Shape, shapesOf } from '../../../actions/task/aws-shapes.ts';
import { KNOWN_ANSWERS } from './known-answers.ts';
import type { Mock } from './request.ts';

type Mode = NonNullable<Mock['fieldValidationMode']>;

/** Results that the integration makes itself, beside what the API answers. */
const MADE_BY_INTEGRATION: Readonly<Record<string, readonly string[]>> = { 'lambda:invoke': ['Payload'] };

/** Least and largest values of members, by service: SDK clients do not know them. From the services' API references. */
const RANGES: Readonly<Record<string, Readonly<Record<string, readonly [least: number, largest: number]>>>> =
  {
    lambda: {
      MemorySize: [128, 10_240],
      Timeout: [1, Number.POSITIVE_INFINITY],
      MaximumRetryAttempts: [-1, 10_000],
      MaximumEventAgeInSeconds: [-1, 604_800],
    },
  };

/** Where a result is told when the work has ended, by the operation that begins it: what is then asked for it. */
const ASKED_LATER: Readonly<Record<string, string>> = { 'states:startExecution': 'states:describeExecution' };

/**
 * What a mocked result has that the service's API never answers: undefined, or a text for people. `resource` is an ARN without
 * a pattern. The shapes are those of the service's SDK client; where it is not installed, few are known.
 */
export async function responseFault(
  resource: string,
  result: unknown,
  mode: Mode,
): Promise<string | undefined> {
  const integration = integrationOf(resource);
  if (integration === undefined || mode === 'NONE') return undefined;
  const shape = await answerOf(integration);
  if (shape === undefined) return undefined;
  const made = MADE_BY_INTEGRATION[integration] ?? [];
  const ranges = RANGES[integration.replace(/^aws-sdk:/, '').split(':')[0]!] ?? {};
  return mismatch(result, shape, undefined, { strict: mode === 'STRICT', passing: new Set(made), ranges });
}

/** The same of a result that a `.sync` integration gives once the work has ended; members may be absent. */
export async function endFault(resource: string, result: unknown, mode: Mode): Promise<string | undefined> {
  const asked = ASKED_LATER[integrationOf(resource) ?? ''];
  if (asked === undefined || mode === 'NONE') return undefined;
  const shape = await answerOf(asked);
  return shape && mismatch(result, shape, undefined, { strict: false, passing: new Set(), ranges: {} });
}

/** What the API answers, as far as an installed package knows it. */
async function answerOf(integration: string): Promise<Shape | undefined> {
  const [, service, action] = /^(?:aws-sdk:)?([a-z0-9-]+):([A-Za-z0-9]+)$/.exec(integration) ?? [];
  if (service === undefined || action === undefined) return undefined;
  try {
    const sdk = await loadSdk(service === 'states' ? 'sfn' : service, installedPackages);
    return shapesOf(sdk.makeCommand(action, {})?.schema).output;
  } catch (error) {
    if (error instanceof EffectError) return knownAnswer(`${service}:${action}`);
    throw error;
  }
}

function knownAnswer(operation: string): Shape | undefined {
  return Object.hasOwn(KNOWN_ANSWERS, operation) ? KNOWN_ANSWERS[operation] : undefined;
}

interface Rules {
  readonly strict: boolean;
  /** Members whose values may be anything. */
  readonly passing: ReadonlySet<string>;
  readonly ranges: (typeof RANGES)[string];
}

function mismatch(value: unknown, shape: Shape, field: string | undefined, rules: Rules): string | undefined {
  const what = field === undefined ? 'The result' : `Field '${field}'`;
  const must = (type: string) => `${what} must be ${type}`;
  switch (shape.kind) {
    case 'structure':
      return isObject(value) ? memberFault(value, shape, rules) : must('an object');
    case 'map':
      return isObject(value)
        ? firstFault(Object.values(value), shape.element, field, rules)
        : must('an object');
    case 'list':
      return Array.isArray(value) ? firstFault(value, shape.element, field, rules) : must('an array');
    case 'number':
      return typeof value === 'number' ? rangeFault(value, field, rules) : must('a number');
    case 'boolean':
      return typeof value === 'boolean' ? undefined : must('a boolean');
    case 'text':
    case 'blob':
    case 'stream':
    case 'timestamp':
      return typeof value === 'string' ? undefined : must('a string');
    default:
      return undefined;
  }
}

function rangeFault(value: number, field = '', { ranges }: Rules): string | undefined {
  const [least, largest] = (Object.hasOwn(ranges, field) ? ranges[field] : undefined) ?? [
    -Infinity,
    Infinity,
  ];
  if (value < least) return `Field '${field}' is less than the minimum value`;
  return value > largest ? `Field '${field}' exceeds the maximum value` : undefined;
}

function memberFault(
  value: Readonly<Record<string, unknown>>,
  { members, required = [] }: Shape,
  rules: Rules,
): string | undefined {
  const missing = rules.strict
    ? required.map(memberNameOf).find((name) => !Object.hasOwn(value, name))
    : undefined;
  if (missing !== undefined) return `Required field '${missing}' is missing`;
  for (const [name, shape] of members) {
    const written = memberNameOf(name);
    const member = value[written];
    if (member === undefined || member === null || rules.passing.has(written)) continue;
    const fault = mismatch(member, shape, written, rules);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function firstFault(
  values: readonly unknown[],
  shape: Shape | undefined,
  field: string | undefined,
  rules: Rules,
): string | undefined {
  if (shape === undefined) return undefined;
  for (const value of values) {
    const fault = value === null ? undefined : mismatch(value, shape, field, rules);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
