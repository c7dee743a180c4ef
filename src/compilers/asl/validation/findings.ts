import type { Diagnostic } from '../../../model/errors.ts';
import { nearest } from '../../../model/nearest.ts';
import { MAXIMUM_DIAGNOSTICS } from '../../../model/schema-diagnostics.ts';
import type { AslCode, ServiceCode } from './codes.ts';
import type { Place } from './place.ts';

/** A diagnostic of ValidateStateMachineDefinition. */
export interface ServiceDiagnostic {
  readonly severity: 'ERROR' | 'WARNING';
  readonly code: ServiceCode;
  readonly message: string;
  readonly location?: string;
}

/** How the service says it, where that differs: its code, its words, its place (null: none). */
export interface ServiceWords {
  readonly severity?: ServiceDiagnostic['severity'];
  readonly code?: ServiceCode;
  readonly message?: string;
  readonly at?: Place | null;
}

export interface Detail {
  readonly suggestion?: string | undefined;
  readonly service?: ServiceWords;
}

/** Finding what was meant compares with every candidate: a machine of nothing but faults must not take long for it. */
const MAXIMUM_SUGGESTIONS = 20;
const MAXIMUM_CANDIDATES = 2_000;

/** Gathers what is wrong, for people and as the service would answer. At most 100 errors and 100 warnings are kept. */
export class Findings {
  readonly diagnostics: Diagnostic[] = [];
  readonly service: ServiceDiagnostic[] = [];
  #errors = 0;
  #warnings = 0;
  #suggestions = 0;

  /** What cannot run. The service says the same of it unless `detail.service` has its words. */
  error(code: AslCode, at: Place, message: string, detail: Detail = {}): void {
    if (++this.#errors > MAXIMUM_DIAGNOSTICS) return;
    this.#add('error', code, at, message, detail);
    this.#answer({ severity: 'ERROR', code: 'SCHEMA_VALIDATION_FAILED', message, at, ...detail.service });
  }

  /** What runs, but is hardly meant so. The service is silent about it unless `detail.service` says something. */
  warning(code: AslCode, at: Place, message: string, detail: Detail = {}): void {
    if (++this.#warnings > MAXIMUM_DIAGNOSTICS) return;
    this.#add('warning', code, at, message, detail);
    if (detail.service !== undefined) {
      this.#answer({
        severity: 'WARNING',
        code: 'SCHEMA_VALIDATION_FAILED',
        message,
        at,
        ...detail.service,
      });
    }
  }

  /** What was probably meant; candidates are asked for only where there is time for it. */
  suggest(name: string, candidates: () => readonly string[]): string | undefined {
    if (++this.#suggestions > MAXIMUM_SUGGESTIONS) return undefined;
    const known = candidates();
    return known.length > MAXIMUM_CANDIDATES ? undefined : nearest(name, known);
  }

  #add(
    severity: Diagnostic['severity'],
    code: AslCode,
    at: Place,
    message: string,
    { suggestion }: Detail,
  ): void {
    this.diagnostics.push({
      code,
      severity,
      message: suggestion === undefined ? message : `${message}; did you mean "${suggestion}"?`,
      pointer: at.pointer,
      ...(suggestion !== undefined && { suggestion }),
    });
  }

  #answer({ severity, code, message, at }: Required<ServiceWords>): void {
    this.service.push({ severity, code, message, ...(at !== null && { location: at.location }) });
  }
}
