import { compileFilter } from '../../conditions/index.ts';
import { compileCorrelation, compileInterception, compileTrigger } from '../../engine/index.ts';
import type { TriggersDefinition } from '../../model/documents.ts';
import { type Diagnostic, TidegateError } from '../../model/errors.ts';
import { validate } from '../../model/schema.ts';
import type { Compiler } from '../compiler.ts';
import { checkOutcomes } from './outcomes.ts';

/** The format `triggers`: the definition is what the engine runs, once it has proved sound. */
export const compileTriggers: Compiler = (definition, { limits }) => {
  const diagnostics: Diagnostic[] = validate('workflow#/$defs/TriggersDefinition', definition);
  if (diagnostics.length > 0) return { diagnostics };
  const triggers = definition as TriggersDefinition;
  const report = (code: string, pointer: string, message: string) =>
    diagnostics.push({ code, severity: 'error', message, pointer });
  const attempt = (pointer: string, compile: () => void) => {
    try {
      compile();
    } catch (error) {
      if (!(error instanceof TidegateError)) throw error;
      report(error.code, pointer + (error.place?.pointer ?? ''), error.message);
    }
  };
  if (triggers.triggers.length > limits.triggers) {
    const message = `there are ${triggers.triggers.length} triggers; the limit triggers is ${limits.triggers}`;
    report('LIMIT_EXCEEDED', '/triggers', message);
    return { diagnostics };
  }
  const seen = new Map<string, number>();
  triggers.triggers.forEach((trigger, place) => {
    const pointer = `/triggers/${place}`;
    const first = seen.get(trigger.id);
    if (first !== undefined) {
      report(
        'DUPLICATE_ID',
        `${pointer}/id`,
        `trigger "${trigger.id}" is there already, as element ${first}`,
      );
    } else seen.set(trigger.id, place);
    checkOutcomes(trigger, pointer, diagnostics);
    attempt(pointer, () => compileTrigger(trigger, limits));
    trigger.activationEvents.forEach(({ filter }, event) => {
      attempt(`${pointer}/activationEvents/${event}/filter`, () => compileFilter(filter, limits));
    });
  });
  triggers.startOn?.forEach(({ filter }, event) => {
    attempt(`/startOn/${event}/filter`, () => compileFilter(filter, limits));
  });
  const { run } = triggers;
  if (typeof run === 'object') attempt('/run/correlate', () => compileCorrelation(run.correlate, limits));
  triggers.interceptions?.forEach((interception, place) => {
    attempt(`/interceptions/${place}`, () => compileInterception(interception, limits));
  });
  return diagnostics.some(({ severity }) => severity === 'error')
    ? { diagnostics }
    : { diagnostics, triggers };
};
