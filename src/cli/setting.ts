import { resolve } from 'node:path';
import { LIMITS, type LimitName, type Limits } from '../model/limits.ts';
import { nearest } from '../model/nearest.ts';

/** What a setting's value may be, and how it is read from text (flags, environment) or from a value of the file. */
export interface Kind<T> {
  /** As the documentation calls it. */
  readonly label: string;
  /** Completes "it must be ...". */
  readonly rule: string;
  /** JSON Schema of the value in a configuration file. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** Relative paths are taken from `base`. */
  readonly read: (given: unknown, base: string) => T | Refusal;
}

/** One row of the table of settings. Flag and environment variable follow from the name: `dataDir`, `--data-dir`, `TIDEGATE_DATA_DIR`. */
export interface Setting<T> {
  readonly kind: Kind<T>;
  readonly standard: T;
  readonly doc: string;
  /** Whose it is: the engine's, whatever roles of it a process has, or the commands' that talk to a server. */
  readonly side: 'engine' | 'client';
  /** Never shown in messages. */
  readonly secret?: true;
}

export const engine = <T>(kind: Kind<T>, standard: T, doc: string): Setting<T> => ({
  kind,
  standard,
  doc,
  side: 'engine',
});
export const optional = <T>(kind: Kind<T>, doc: string): Setting<T | undefined> => ({
  kind,
  standard: undefined,
  doc,
  side: 'engine',
});

/** Why a value was not taken; `because` is said instead of the rule. */
export class Refusal {
  readonly because: string | undefined;
  constructor(because?: string) {
    this.because = because;
  }
}

export const text: Kind<string> = {
  label: 'text',
  rule: 'text that is not empty',
  schema: { type: 'string', minLength: 1 },
  read: (given) => (typeof given === 'string' && given !== '' ? given : new Refusal()),
};

export const path: Kind<string> = {
  ...text,
  label: 'path',
  rule: 'a path',
  read: (given, base) => (typeof given === 'string' && given !== '' ? resolve(base, given) : new Refusal()),
};

/** Text of a form of its own; `rule` completes "it must be ...". */
export function formed(pattern: RegExp, rule: string): Kind<string> {
  return {
    label: 'text',
    rule,
    schema: { type: 'string', pattern: pattern.source },
    read: (given) => (typeof given === 'string' && pattern.test(given) ? given : new Refusal()),
  };
}

export const url: Kind<string> = {
  label: 'URL',
  rule: 'an http or https URL',
  schema: { type: 'string', pattern: '^https?://' },
  read(given) {
    if (typeof given !== 'string' || !/^https?:\/\//.test(given) || !URL.canParse(given))
      return new Refusal();
    return given.replace(/\/+$/, '');
  },
};

export function integer(minimum: number, maximum: number): Kind<number> {
  return {
    label: 'integer',
    rule: `an integer from ${minimum} to ${maximum}`,
    schema: { type: 'integer', minimum, maximum },
    read(given) {
      const value = typeof given === 'string' && /^\d{1,15}$/.test(given) ? Number(given) : given;
      return Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum
        ? (value as number)
        : new Refusal();
    },
  };
}

export const yesNo: Kind<boolean> = {
  label: '`true`, `false`',
  rule: 'true or false',
  schema: { type: 'boolean' },
  read(given) {
    if (typeof given === 'boolean') return given;
    return given === 'true' ? true : given === 'false' ? false : new Refusal();
  },
};

export function choice<const T extends string>(values: readonly T[]): Kind<T> {
  return {
    label: values.map((value) => `\`${value}\``).join(', '),
    rule: values.length > 1 ? `one of ${values.join(', ')}` : (values[0] as string),
    schema: { enum: values },
    read: (given) => (values.includes(given as T) ? (given as T) : new Refusal()),
  };
}

export const list: Kind<readonly string[]> = {
  label: 'list',
  rule: 'a list of texts, separated by commas where it is one text',
  schema: { type: ['string', 'array'], items: { type: 'string', minLength: 1 } },
  read(given) {
    const parts = typeof given === 'string' ? given.split(',') : given;
    if (!Array.isArray(parts) || parts.some((part) => typeof part !== 'string')) return new Refusal();
    return (parts as string[]).map((part) => part.trim()).filter((part) => part !== '');
  },
};

/** `name=value,name=value`, or an object in the file. */
export const limits: Kind<Partial<Limits>> = {
  label: 'limits',
  rule: 'name=value pairs separated by commas, each value a positive integer',
  schema: {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(
      Object.entries(LIMITS).map(([name, standard]) => [
        name,
        { type: 'integer', minimum: 1, default: standard },
      ]),
    ),
  },
  read(given) {
    const pairs = typeof given === 'string' ? pairsOf(given) : entriesOf(given);
    if (pairs === undefined) return new Refusal();
    const found: Partial<Record<LimitName, number>> = {};
    for (const [name, value] of pairs) {
      if (!Object.hasOwn(LIMITS, name)) {
        const meant = nearest(name, Object.keys(LIMITS));
        return new Refusal(`the limit "${name}" is not known${meant ? `; did you mean "${meant}"?` : ''}`);
      }
      const read = integer(1, Number.MAX_SAFE_INTEGER).read(value, '');
      if (read instanceof Refusal)
        return new Refusal(`the value of ${name} is ${JSON.stringify(value)}, which is no positive integer`);
      found[name as LimitName] = read;
    }
    return found;
  },
};

function pairsOf(given: string): [string, unknown][] | undefined {
  const pairs = given.split(',').map((pair) => pair.split('='));
  return pairs.every((pair) => pair.length === 2)
    ? pairs.map(([name, value]) => [(name as string).trim(), (value as string).trim()])
    : undefined;
}

function entriesOf(given: unknown): [string, unknown][] | undefined {
  return typeof given === 'object' && given !== null && !Array.isArray(given)
    ? Object.entries(given)
    : undefined;
}
