import { type Diagnostic, TidegateError } from '../../model/errors.ts';
import { MAXIMUM_DIAGNOSTICS } from '../../model/schema-diagnostics.ts';

/** Gathers what is wrong, so that all of it is told in one go. */
export class Report {
  readonly #diagnostics: Diagnostic[] = [];

  get failed(): boolean {
    return this.#diagnostics.some(({ severity }) => severity === 'error');
  }
  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics.slice(0, MAXIMUM_DIAGNOSTICS);
  }

  add(diagnostics: readonly Diagnostic[]): void {
    this.#diagnostics.push(...diagnostics);
  }

  error(code: string, pointer: string, message: string, suggestion?: string): void {
    this.#diagnostics.push({
      code,
      severity: 'error',
      message: suggestion === undefined ? message : `${message}; did you mean "${suggestion}"?`,
      pointer,
      ...(suggestion !== undefined && { suggestion }),
    });
  }

  /** Runs something that throws coded errors; each is a diagnostic at `pointer` and below. */
  attempt<T>(pointer: string, action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof TidegateError)) throw error;
      this.error(error.code, pointer + (error.place?.pointer ?? ''), error.message);
      return undefined;
    }
  }
}
