import { compileTemplate } from '../expressions/index.ts';
import type { InvokePolicy } from '../model/documents.ts';
import type { Limits } from '../model/limits.ts';
import { type ActionType, type CompiledAction, policyOf } from './action.ts';

/**
 * The plan that all invokes share: the request is a template over the members of the definition that are the
 * target's own; the policy travels as it is.
 */
export function invokeAction<D extends InvokePolicy & { readonly type: CompiledAction['type'] }>(
  requestOf: (definition: D) => unknown,
  isAsync: (definition: D) => boolean = () => false,
): ActionType<D> {
  return {
    compile(definition: D, limits: Limits): CompiledAction {
      const request = compileTemplate(requestOf(definition), { limits });
      const subject = compileTemplate(definition.subject ?? null, { limits });
      const policy = policyOf(definition);
      const assign = definition.assign;
      const async = isAsync(definition);
      return {
        type: definition.type,
        plan(environment) {
          const variables = request.constant && subject.constant ? {} : environment.variables();
          const subjectValue = subject.evaluate(variables);
          return {
            op: 'invoke',
            kind: definition.type,
            request: request.evaluate(variables),
            policy,
            subject: subjectValue === null ? undefined : String(subjectValue),
            assign,
            async,
          };
        },
      };
    },
  };
}
