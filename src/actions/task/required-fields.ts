import { unusable } from './supported-fields.ts';

/** The fields of an action that the SDK is not asked about. */
export interface FieldRules {
  /** All that the action takes; absent: any. */
  readonly known?: readonly string[];
  readonly required: readonly string[];
  /** Those that are texts; where they need not be there they may be null. */
  readonly texts: readonly string[];
}

/** Throws `States.Runtime` for arguments that the action cannot be called with. */
export function requireFields(given: Readonly<Record<string, unknown>>, rules: FieldRules): void {
  const { known, required, texts } = rules;
  const isText = (name: string) =>
    typeof given[name] === 'string' ||
    given[name] === undefined ||
    (given[name] === null && !required.includes(name));
  const problems = [
    ...required
      .filter((name) => given[name] === undefined)
      .map((name) => `The field '${name}' is required but was missing`),
    ...texts
      .filter((name) => !isText(name))
      .map((name) => `The value for the field '${name}' must be a STRING`),
    ...Object.keys(given)
      .filter((name) => known !== undefined && !known.includes(name))
      .map((name) => `The field '${name}' is not supported by Step Functions`),
  ];
  if (problems.length > 0) throw unusable(given, problems);
}
