import { MESSAGES } from './messages.ts';
import { shortText } from './short-text.ts';

interface FaultDetails {
  readonly value?: unknown;
  readonly value2?: unknown;
  readonly index?: number;
  readonly type?: string | undefined;
  readonly exponent?: unknown;
  readonly functionName?: string;
  readonly message?: string;
  readonly position?: number | undefined;
  readonly token?: string | undefined;
}

/**
 * An error of the language, e.g. `T2001`. The operator or call it passes on its way out adds its name and place. No stack:
 * it is thrown on data.
 */
export class Fault {
  readonly code: string;
  readonly #details: FaultDetails;
  position: number | undefined;
  token: string | undefined;

  constructor(code: string, details: FaultDetails = {}) {
    this.code = code;
    this.#details = details;
    this.position = details.position;
    this.token = details.token;
  }

  /** The text of the language for the code, with its values. */
  get message(): string {
    const details = this.#details;
    if (details.message !== undefined) return details.message;
    const inserts: Readonly<Record<string, unknown>> = {
      value: details.value,
      value2: details.value2,
      index: details.index,
      type: details.type,
      exp: details.exponent,
      functionName: details.functionName,
      token: this.token,
    };
    return (MESSAGES[this.code] ?? this.code)
      .replace(/\{\{\{(\w+)\}\}\}/g, (_, name: string) => String(inserts[name]))
      .replace(/\{\{(\w+)\}\}/g, (_, name: string) => shortText(inserts[name]));
  }
}

/** Gives an error the operator it arose at. */
export function at(error: unknown, position: number | undefined, token: string): unknown {
  if (error instanceof Fault) {
    error.position = position;
    error.token = token;
  }
  return error;
}
