import type { CompiledTrigger } from './compiled-trigger.ts';
import { removeFromIndex } from './compiled-trigger.ts';
import type { RunState } from './run-state.ts';
import type { Step } from './step.ts';

export function isActive(run: RunState, trigger: CompiledTrigger): boolean {
  const { dynamic } = run;
  if (dynamic === undefined) return trigger.definition.enabled !== false;
  const standIn = dynamic.triggers.get(trigger.id);
  if (standIn !== undefined && standIn !== trigger) return false;
  const override = dynamic.overrides.get(trigger.id);
  if (override === undefined) return trigger.definition.enabled !== false;
  return override === 'enabled';
}

/** Takes the trigger out of the run with all it keeps there. One of the definition is remembered as removed. */
export function removeTrigger(step: Step, id: string): void {
  const { run, workflow } = step;
  const dynamic = run.dynamicTriggers();
  const own = dynamic.triggers.get(id);
  if (own !== undefined) {
    removeFromIndex(dynamic.index, own);
    dynamic.triggers.delete(id);
    run.markCell(`x${id}`, null);
  }
  forgetTrigger(step, id);
  if (workflow.triggers.has(id)) {
    dynamic.overrides.set(id, 'removed');
    run.markCell(`o${id}`, 'removed');
  } else {
    dynamic.overrides.delete(id);
    run.markCell(`o${id}`, null);
  }
}

/** Drops the trigger's contexts and timers: one of its id begins anew. */
export function forgetTrigger(step: Step, id: string): void {
  const { run } = step;
  for (const timer of [...(run.timers?.values() ?? [])]) {
    if (timer.kind === 'condition' && timer.trigger === id) step.cancelTimer(timer.id);
  }
  for (const scope of [run.root, ...(run.scopes?.values() ?? [])]) {
    const context = scope.contexts?.get(id);
    if (context === undefined) continue;
    context.remove((key, value) => run.markCell(key, value));
    scope.contexts?.delete(id);
  }
}
