import { type Check, wrongType } from './fields.ts';
import type { Here } from './inspection.ts';
import { quoted } from './json-type.ts';
import { checkJsonata, isJsonata } from './jsonata.ts';
import type { Place } from './place.ts';
import { isTimestamp } from './timestamp.ts';

/** The service's largest number of seconds: a little over three years. */
export const MAXIMUM_SECONDS = 99_999_999;

export const anything: Check = () => {};

export const text: Check = (value, at, here) => {
  if (typeof value !== 'string') wrongType(value, 'a string', at, here);
};

/** A text that is compared or told as it stands; the field whose name ends in `Path` takes a path. */
export const constantText: Check = (value, at, here) => {
  text(value, at, here);
  if (typeof value !== 'string' || here.language !== 'JSONPath' || !/^\$\$?[.[]/.test(value)) return;
  here.findings.warning('ASL_STATIC_TEXT', at, `${quoted(value)} stays a text: ${at.name} takes no path`, {
    suggestion: `${at.name}Path`,
    service: {
      severity: 'WARNING',
      code: 'NO_PATH',
      message: "Field value looks like a path, but field name does not end with 'Path'.",
    },
  });
};

export const flag: Check = (value, at, here) => {
  if (typeof value !== 'boolean') wrongType(value, 'a boolean', at, here);
};

/** The check, or in a JSONata state an expression in its place. */
export function dynamic(check: Check): Check {
  return (value, at, here) => {
    if (here.language === 'JSONata' && typeof value === 'string' && isJsonata(value)) {
      checkJsonata(value, at, here);
    } else check(value, at, here);
  };
}

export function integer(minimum: number, maximum: number): Check {
  return number(minimum, maximum, true);
}

export function number(minimum: number, maximum: number, whole = false): Check {
  return (value, at, here) => {
    if (typeof value !== 'number' || (whole && !Number.isInteger(value))) {
      wrongType(value, whole ? 'an integer' : 'a number', at, here);
    } else if (value < minimum) {
      outOfRange(value, `at least ${minimum}`, `Minimum value is ${bound(minimum, whole)}`, at, here);
    } else if (value > maximum) {
      outOfRange(value, `at most ${maximum}`, `Maximum value is ${bound(maximum, whole)}`, at, here);
    }
  };
}

export function oneOf(...allowed: readonly string[]): Check {
  return (value, at, here) => {
    if (typeof value === 'string' && allowed.includes(value)) return;
    here.findings.error('ASL_UNKNOWN_VALUE', at, `${quoted(value)} is not one of ${allowed.join(', ')}`, {
      suggestion:
        typeof value === 'string'
          ? allowed.find((each) => each.toLowerCase() === value.toLowerCase())
          : undefined,
      service: {
        message: `The field '${at.name}' should have one of these values: [${allowed.join(', ')}]`,
      },
    });
  };
}

export const timestamp: Check = (value, at, here) => {
  if (typeof value !== 'string') wrongType(value, 'a string', at, here);
  else if (!isTimestamp(value)) {
    here.findings.error('ASL_TIMESTAMP', at, `${quoted(value)} is not an RFC 3339 timestamp`, {
      service: { message: 'String does not match RFC3339 timestamp' },
    });
  }
};

function bound(value: number, whole: boolean): string {
  return whole || !Number.isInteger(value) ? String(value) : value.toFixed(1);
}

function outOfRange(value: number, expected: string, message: string, at: Place, here: Here): void {
  here.findings.error('ASL_OUT_OF_RANGE', at, `${value} is out of range: it must be ${expected}`, {
    service: { message },
  });
}
