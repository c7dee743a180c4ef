import type { InvokePolicy } from '../model/documents.ts';
import type { Limits } from '../model/limits.ts';
import { type ActionType, type CompiledAction, compileValue, policyOf } from './action.ts';

/**
 * The plan that all invokes share: the request is a template over the members of the definition that are the
 * target's own; the policy travels as it is.
 */
export function invokeAction<D extends InvokePolicy & { readonly type: CompiledAction['type'] }>(
  requestOf: (definition: D) => unknown,
  isAsync: (definition: D) => boolean = () => false,
  isRevocable: (definition: D) => boolean = () => false,
): ActionType<D> {
  return {
    compile(definition: D, limits: Limits): CompiledAction {
      const request = compileValue(requestOf(definition), limits);
      const subject = compileValue(definition.subject ?? null, limits);
      const policy = policyOf(definition);
      const assign = definition.assign;
      const async = isAsync(definition);
      const revocable = isRevocable(definition);
      return {
        type: definition.type,
        plan(environment) {
          const subjectValue = subject(environment);
          return {
            op: 'invoke',
            kind: definition.type,
            request: request(environment),
            policy,
            subject: subjectValue === null ? undefined : String(subjectValue),
            assign,
            async,
            ...(revocable && { revocable }),
            ...(definition.hold !== undefined && { hold: definition.hold }),
          };
        },
      };
    },
  };
}
