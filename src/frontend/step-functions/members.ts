import { ServiceError } from './service-error.ts';

interface TextRule {
  readonly min?: number;
  readonly max?: number;
  /** Of the text in UTF-8. */
  readonly maxBytes?: number;
  readonly pattern?: RegExp;
  /** As the service shows the pattern. */
  readonly patternText?: string;
  readonly values?: readonly string[];
  /** Its value is not shown in messages. */
  readonly sensitive?: true;
}

/**
 * The members of a request, held to the service's constraints. All violations are told at once by `check`, in the service's words
 * (ValidationException); a member of another type than it should be is refused at once (SerializationException). Null counts as absent.
 */
export class Members {
  readonly #given: Readonly<Record<string, unknown>>;
  readonly #violations: string[] = [];
  readonly #prefix: string;

  constructor(given: unknown, prefix = '', violations: string[] = []) {
    this.#given = objectOf(given);
    this.#prefix = prefix;
    this.#violations = violations;
  }

  /** Throws ValidationException with every violation so far. */
  check(): void {
    const count = this.#violations.length;
    if (count === 0) return;
    throw new ServiceError(
      'ValidationException',
      `${count} validation error${count === 1 ? '' : 's'} detected: ${this.#violations.join('; ')}`,
    );
  }

  /** All that was given, checked or not. */
  get whole(): Readonly<Record<string, unknown>> {
    return this.#given;
  }

  /** The text; '' where it is missing, which `check` then tells. */
  text(name: string, rule: TextRule = {}): string {
    const value = this.optionalText(name, rule);
    if (value === undefined) this.#missing(name);
    return value ?? '';
  }

  optionalText(name: string, rule: TextRule = {}): string | undefined {
    const value = this.#value(name, 'string');
    if (value === undefined) return undefined;
    const { min, max, maxBytes, pattern, patternText, values } = rule;
    const violate = (constraint: string) =>
      this.#violate(name, rule.sensitive ? undefined : value, constraint);
    if (max !== undefined && value.length > max)
      violate(`Member must have length less than or equal to ${max}`);
    if (maxBytes !== undefined && Buffer.byteLength(value) > maxBytes)
      violate(`Member must have length less than or equal to ${maxBytes}`);
    if (min !== undefined && value.length < min)
      violate(`Member must have length greater than or equal to ${min}`);
    if (pattern && !pattern.test(value))
      violate(`Member must satisfy regular expression pattern: ${patternText ?? pattern.source}`);
    if (values && !values.includes(value))
      violate(`Member must satisfy enum value set: [${values.join(', ')}]`);
    return value;
  }

  /** One of `values`. */
  choice<const T extends string>(name: string, values: readonly T[]): T | undefined {
    return this.optionalText(name, { values }) as T | undefined;
  }

  /** A whole number, unless `fraction`. */
  number(
    name: string,
    { min, max, fraction = false }: { min?: number; max?: number; fraction?: boolean } = {},
  ): number | undefined {
    const value = this.#value(name, 'number');
    if (value === undefined) return undefined;
    if (!fraction && !Number.isInteger(value)) this.#violate(name, value, 'Member must be a whole number');
    if (max !== undefined && value > max)
      this.#violate(name, value, `Member must have value less than or equal to ${max}`);
    if (min !== undefined && value < min)
      this.#violate(name, value, `Member must have value greater than or equal to ${min}`);
    return value;
  }

  flag(name: string): boolean | undefined {
    return this.#value(name, 'boolean');
  }

  object(name: string): Readonly<Record<string, unknown>> | undefined {
    const value = this.#given[name];
    return value === undefined || value === null ? undefined : objectOf(value);
  }

  /** The members of a structure, checked together with these. */
  structure(name: string): Members | undefined {
    const value = this.object(name);
    return value && new Members(value, `${this.#prefix}${name}.`, this.#violations);
  }

  /** The members of each structure of a list. */
  structures(name: string, size: { min?: number; max?: number } = {}): readonly Members[] | undefined {
    return this.#list(name, size)?.map(
      (value, index) => new Members(value, `${this.#prefix}${name}.${index + 1}.member.`, this.#violations),
    );
  }

  texts(name: string): readonly string[] | undefined {
    const list = this.#list(name, {});
    if (list?.some((value) => typeof value !== 'string'))
      throw new ServiceError('SerializationException', `${name} must be a list of strings`);
    return list as readonly string[] | undefined;
  }

  /** Tells that the member must be there. */
  require(name: string): void {
    if (this.#given[name] === undefined || this.#given[name] === null) this.#missing(name);
  }

  has(name: string): boolean {
    return this.#given[name] !== undefined && this.#given[name] !== null;
  }

  #list(name: string, { min, max }: { min?: number; max?: number }): readonly unknown[] | undefined {
    const value = this.#given[name];
    if (value === undefined || value === null) return undefined;
    if (!Array.isArray(value)) throw wrongType(value, 'a List');
    const shown = JSON.stringify(value);
    if (max !== undefined && value.length > max)
      this.#violate(name, shown, `Member must have length less than or equal to ${max}`);
    if (min !== undefined && value.length < min)
      this.#violate(name, shown, `Member must have length greater than or equal to ${min}`);
    return value;
  }

  #value(name: string, type: 'string'): string | undefined;
  #value(name: string, type: 'number'): number | undefined;
  #value(name: string, type: 'boolean'): boolean | undefined;
  #value(name: string, type: 'string' | 'number' | 'boolean'): unknown {
    const value = this.#given[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== type) throw wrongType(value, TYPE_NAMES[type]);
    return value;
  }

  #missing(name: string): void {
    this.#violations.push(
      `Value null at '${this.#prefix}${name}' failed to satisfy constraint: Member must not be null`,
    );
  }

  #violate(name: string, value: string | number | undefined, constraint: string): void {
    const shown = value === undefined ? '' : ` '${String(value).slice(0, 2_048)}'`;
    this.#violations.push(
      `Value${shown} at '${this.#prefix}${name}' failed to satisfy constraint: ${constraint}`,
    );
  }
}

const TYPE_NAMES = { string: 'a String', number: 'a Number', boolean: 'a Boolean' } as const;

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrongType(value, 'a Structure');
  return value as Readonly<Record<string, unknown>>;
}

function wrongType(value: unknown, wanted: string): ServiceError {
  const given = Array.isArray(value) ? 'ARRAY' : value === null ? 'NULL' : typeof value;
  return new ServiceError(
    'SerializationException',
    `${given.toUpperCase()}_VALUE cannot be converted to ${wanted}`,
  );
}
