import { functionInvoker, type Invoker } from '../actions/index.ts';
import type { Limits } from '../model/limits.ts';
import { arnScopeOf } from '../model/step-functions-arns.ts';
import type { ReadConfiguration } from './configuration.ts';
import { outgoingOf } from './configured-engine.ts';
import { loadFunctions } from './function-module.ts';
import { outgoingInvokers } from './outgoing-invokers.ts';

/** What performs tasks as the settings say, without an engine: no nested executions and no activities. */
export async function configuredTask(
  { values }: ReadConfiguration,
  limits: Limits,
): Promise<{ readonly task: Invoker; close(): Promise<void> }> {
  const { awsRegion, awsAccount, baseUrl, port } = values;
  const functions = functionInvoker(new Map(Object.entries(await loadFunctions(values.functions))));
  const settings = await outgoingOf(values, true);
  const outgoing = outgoingInvokers(settings, limits, () => baseUrl ?? `http://127.0.0.1:${port}`);
  const arns = arnScopeOf({ region: awsRegion, account: awsAccount });
  return { task: outgoing.of('', { functions, arns }).get('task')!, close: () => outgoing.close() };
}
