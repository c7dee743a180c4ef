import type { Interception, TriggerDefinition } from '../model/documents.ts';
import { TidegateError } from '../model/errors.ts';
import { requireWithin } from '../model/limits.ts';
import { forgetTrigger, removeTrigger } from './active-triggers.ts';
import { addToIndex, compileTrigger, removeFromIndex } from './compiled-trigger.ts';
import { compileInterception } from './compiled-workflow.ts';
import { retryEarly } from './early-events.ts';
import type { Step } from './step.ts';

/** Adds a trigger to the run alone; `put` replaces one of the same id, `add` refuses it. Early events are tried on it. */
export function addTrigger(step: Step, definition: TriggerDefinition, mode: 'add' | 'put'): void {
  const { run, workflow } = step;
  const dynamic = run.dynamicTriggers();
  const present =
    dynamic.triggers.has(definition.id) ||
    (workflow.triggers.has(definition.id) && dynamic.overrides.get(definition.id) !== 'removed');
  if (mode === 'add' && present) {
    throw new TidegateError('TRIGGER_EXISTS', `run ${run.key} has a trigger "${definition.id}" already`);
  }
  requireWithin(
    workflow.limits,
    'dynamicTriggers',
    dynamic.triggers.size + 1,
    `the triggers added to run ${run.key}`,
  );
  const trigger = compileTrigger(definition, workflow.limits);
  const before = dynamic.triggers.get(trigger.id);
  if (before !== undefined) removeFromIndex(dynamic.index, before);
  dynamic.triggers.set(trigger.id, trigger);
  dynamic.overrides.delete(trigger.id);
  addToIndex(dynamic.index, trigger, workflow.limits);
  run.markCell(`x${trigger.id}`, definition);
  run.markCell(`o${trigger.id}`, null);
  forgetTrigger(step, trigger.id);
  if (definition.enabled !== false) retryEarly(step, trigger);
}

export function changeTrigger(step: Step, id: string, change: 'enable' | 'disable' | 'remove'): void {
  const { run, workflow } = step;
  const dynamic = run.dynamicTriggers();
  const trigger = dynamic.triggers.get(id) ?? workflow.triggers.get(id);
  const gone = dynamic.overrides.get(id) === 'removed' && !dynamic.triggers.has(id);
  if (trigger === undefined || gone) {
    throw new TidegateError('TRIGGER_NOT_FOUND', `run ${run.key} has no trigger "${id}"`);
  }
  if (change === 'remove') {
    removeTrigger(step, id);
    return;
  }
  const state = change === 'enable' ? 'enabled' : 'disabled';
  dynamic.overrides.set(id, state);
  run.markCell(`o${id}`, state);
  if (change === 'enable') retryEarly(step, trigger);
}

export function putInterception(step: Step, definition: Interception): void {
  const { run, workflow } = step;
  run.dynamicTriggers().interceptions.set(definition.id, compileInterception(definition, workflow.limits));
  run.markCell(`i${definition.id}`, definition);
}

export function removeInterception(step: Step, id: string): void {
  const { run } = step;
  if (run.dynamic?.interceptions.delete(id) !== true) {
    throw new TidegateError('NOT_FOUND', `run ${run.key} has no interception "${id}"`);
  }
  run.markCell(`i${id}`, null);
}
