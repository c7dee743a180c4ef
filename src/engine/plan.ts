import type { CompiledAction, Operation } from '../actions/index.ts';
import type { Attention } from './attention.ts';
import type { CompiledTrigger } from './compiled-trigger.ts';
import type { CompiledInterception } from './compiled-workflow.ts';
import type { Step } from './step.ts';

/** Plans a firing's actions with those that intercept it. Throws before anything was done. */
export function planFiring(
  step: Step,
  environment: Attention,
  trigger: CompiledTrigger,
  actions: readonly CompiledAction[],
): Operation[] {
  const before: CompiledInterception[] = [];
  const after: CompiledInterception[] = [];
  const collect = (interception: CompiledInterception) => {
    if (!intercepts(interception, trigger, actions)) return;
    (interception.definition.when === 'before' ? before : after).push(interception);
  };
  for (const each of step.workflow.interceptions) {
    if (!step.run.dynamic?.interceptions.has(each.definition.id)) collect(each);
  }
  for (const each of step.run.dynamic?.interceptions.values() ?? []) collect(each);
  const operations: Operation[] = [];
  const plan = (action: CompiledAction) => operations.push(action.plan(environment));
  for (const each of before) each.actions.forEach(plan);
  actions.forEach(plan);
  for (const each of after) each.actions.forEach(plan);
  return operations;
}

function intercepts(
  { definition: { match } }: CompiledInterception,
  trigger: CompiledTrigger,
  actions: readonly CompiledAction[],
): boolean {
  return (
    (match.trigger === undefined || match.trigger === trigger.id) &&
    (match.condition === undefined || match.condition === trigger.condition.type) &&
    (match.action === undefined || actions.some(({ type }) => type === match.action))
  );
}
