/** What paths, payload templates, intrinsic functions and Choice rules of one state read. All of it is JSON. */
export interface QueryScope {
  /** What `$` is. */
  readonly input: unknown;
  /** What `$$` is: the context object, made when it is first asked for. */
  context(): unknown;
  /** What `$name` is. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** A deterministic draw in [0,1), for States.UUID and States.MathRandom. */
  random(): number;
}

/** What a compiled text reads, known before it is evaluated. */
export interface References {
  /** Names of the variables it reads, without `$`. */
  readonly variables: readonly string[];
  /** Whether it reads the context object. */
  readonly usesContext: boolean;
}

/** A JSONPath or intrinsic function, compiled. Immutable; may be evaluated any number of times. */
export interface CompiledPath extends References {
  readonly text: string;
  /** Whether it gives one value at most: no wildcard, slice, `..`, filter or list of indexes. */
  readonly definite: boolean;
  /** Whether it is made of single names and indexes only, as a reference path is. */
  readonly single: boolean;
  /**
   * The value; `undefined` where a definite path finds nothing. A value that is read is handed on, not copied.
   * Throws Failure when an intrinsic function fails or a limit is exceeded.
   */
  find(scope: QueryScope): unknown;
  /** The value. Throws Failure, `States.Runtime` with the text of the field it stands in, where `find` finds nothing. */
  evaluate(scope: QueryScope): unknown;
}
