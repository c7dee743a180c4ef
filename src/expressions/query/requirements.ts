import { Failure } from '../../model/failure.ts';
import { parseInstant } from '../instant.ts';
import type { Query, Requirement, RequirementKind } from './query.ts';

type Language = Query['language'];
type Check = (value: unknown, requirement: Requirement, language: Language) => unknown;

const ERRORS = { JSONPath: 'States.Runtime', JSONata: 'States.QueryEvaluationError' } as const;

const CHECKS: Readonly<Record<RequirementKind, Check>> = {
  items: (value, { field, text }, language) => {
    if (Array.isArray(value)) return value;
    if (language === 'JSONPath') {
      throw new Failure(ERRORS.JSONPath, `Reference path "${text}" must point to array.`);
    }
    if (field === '') {
      throw new Failure(ERRORS.JSONata, `Map state input must be an array but was: ${JSON.stringify(value)}`);
    }
    throw unexpectedType(value, field, text, 'array');
  },
  boolean: (value, { field, text }) => {
    if (typeof value === 'boolean') return value;
    throw unexpectedType(value, field, text, 'boolean');
  },
  integer: (value, { field, text }, language) => {
    const number = CHECKS['signed-integer'](value, { kind: 'integer', field, text }, language) as number;
    if (number >= 0) return number;
    throw new Failure(ERRORS[language], `${field.replace(/Path$/, '')} cannot be negative.`);
  },
  'signed-integer': (value, { field, text }, language) => {
    const number = asNumber(value, language);
    if (number !== undefined && Number.isInteger(number)) return number;
    if (language === 'JSONata' && number !== undefined)
      throw new Failure(ERRORS.JSONata, `The ${field} field must be an integer, but was: ${number}`);
    throw notValid(value, field, text, 'integer', language);
  },
  float: (value, { field, text }, language) => {
    const number = asNumber(value, language);
    if (number !== undefined) return number;
    throw notValid(value, field, text, 'float', language);
  },
  percentage: (value, requirement, language) => {
    const number = CHECKS.float(value, requirement, language) as number;
    if (number >= 0 && number <= 100) return number;
    throw new Failure(ERRORS[language], 'ToleratedFailurePercentage must be between 0 and 100.');
  },
  seconds: (value, requirement, language) => wholeSeconds(value, requirement, language, 'non-negative'),
  'positive-seconds': (value, requirement, language) =>
    wholeSeconds(value, requirement, language, 'positive'),
  timestamp: (value, { field, text }, language) => {
    if (parseInstant(value) !== undefined) return value;
    if (language === 'JSONata' && typeof value !== 'string')
      throw unexpectedType(value, field, text, 'string');
    throw language === 'JSONata'
      ? new Failure(
          ERRORS.JSONata,
          `The ${field} field cannot be parsed as an ISO-8601 extended offset date-time format string: ${shown(value)}`,
        )
      : new Failure(
          ERRORS.JSONPath,
          `The ${field} parameter does not reference a valid ISO-8601 extended offset date-time format string: ${text} == ${shown(value)}`,
        );
  },
  text: (value, { field, text }, language) => {
    if (typeof value === 'string') return value;
    if (language === 'JSONata') throw unexpectedType(value, field, text, 'string');
    throw new Failure(
      ERRORS.JSONPath,
      `The JSONPath '${text}' specified for the field '${field}' must refer to a string, not ${shown(value)}`,
    );
  },
};

/** The value as its field takes it (behind a path, a number written as a text becomes one). Throws Failure. */
export function requireValue(value: unknown, requirement: Requirement, language: Language): unknown {
  return CHECKS[requirement.kind](value, requirement, language);
}

/** The service's bound on what an expression gives as seconds, as on seconds that are written out. */
const MOST_SECONDS = 99_999_999;

function wholeSeconds(
  value: unknown,
  { field, text }: Requirement,
  language: Language,
  sign: 'positive' | 'non-negative',
): number {
  const least = sign === 'positive' ? 1 : 0;
  const most = language === 'JSONata' ? MOST_SECONDS : Number.POSITIVE_INFINITY;
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  if (language === 'JSONata') {
    if (typeof value !== 'number') throw unexpectedType(value, field, text, 'number');
    throw new Failure(
      ERRORS.JSONata,
      `The ${field} field must be a ${sign} integer${value > most ? ` up to ${most}` : ''}, but was: ${JSON.stringify(value)}`,
    );
  }
  throw new Failure(
    ERRORS.JSONPath,
    `The ${field} parameter does not reference a ${sign} integer: ${text} == ${shown(value)}`,
  );
}

function asNumber(value: unknown, language: Language): number | undefined {
  if (typeof value === 'number') return value;
  if (language === 'JSONata' || typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

function notValid(value: unknown, field: string, text: string, kind: string, language: Language): Failure {
  if (language === 'JSONata') return unexpectedType(value, field, text, 'number');
  const seen = JSON.stringify(typeof value === 'string' ? value : JSON.stringify(value));
  return new Failure(
    ERRORS.JSONPath,
    `The ${field} field refers to value ${seen} which is not a valid ${kind}: ${text}`,
  );
}

function unexpectedType(value: unknown, field: string, text: string, expected: string): Failure {
  return new Failure(
    ERRORS.JSONata,
    `The JSONata expression '${text}' specified for the field '${field}' returned an unexpected result type. Expected '${expected}', but was '${typeName(value)}' for value: ${JSON.stringify(value)}`,
  );
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
