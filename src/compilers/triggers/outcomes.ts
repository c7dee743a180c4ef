import type { ConditionDefinition, TriggerDefinition } from '../../model/documents.ts';
import type { Diagnostic } from '../../model/errors.ts';
import { escapePointer } from '../../model/json.ts';
import { nearest } from '../../model/nearest.ts';

/** Outcomes a condition can name; undefined where an expression may name any. */
function outcomesOf(condition: ConditionDefinition): readonly string[] | undefined {
  if (condition.type === 'expression') return undefined;
  const names = ['fire', 'error'];
  if (condition.type === 'choice') {
    const chosen = condition.rules.map((_, n) => `choice:${n}`);
    return ['error', ...chosen, ...(condition.default === true ? ['default'] : [])];
  }
  if (condition.type === 'scopes') return ['error', 'succeeded', 'failed'];
  if (condition.type === 'catch') {
    const { retry = [], catch: catchers = [] } = condition;
    return ['error', 'fail', ...retry.map((_, n) => `retry:${n}`), ...catchers.map((_, n) => `catch:${n}`)];
  }
  if (condition.type === 'rule') return [...names, 'skipped', 'upstream_failed', 'cut'];
  return 'withinMs' in condition && condition.withinMs !== undefined ? [...names, 'expired'] : names;
}

/** Actions for an outcome that can never be are a mistake. */
export function checkOutcomes(trigger: TriggerDefinition, pointer: string, diagnostics: Diagnostic[]): void {
  const known = outcomesOf(trigger.condition);
  if (known === undefined || Array.isArray(trigger.actions)) return;
  for (const outcome of Object.keys(trigger.actions)) {
    if (known.includes(outcome)) continue;
    const suggestion = nearest(outcome, known);
    diagnostics.push({
      code: 'UNKNOWN_OUTCOME',
      severity: 'error',
      message: `condition "${trigger.condition.type}" has no outcome "${outcome}"; it has: ${known.join(', ')}`,
      pointer: `${pointer}/actions/${escapePointer(outcome)}`,
      ...(suggestion && { suggestion }),
    });
  }
}
