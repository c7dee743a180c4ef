import type { CompiledWorkflow } from '../../../src/engine/index.ts';
import { Definitions } from '../../../src/workers/definitions.ts';

/** A trigger of this id makes the engine itself fail: no coded error but a defect. */
export const BREAKS = 'breaks';

/** The production definitions, with a defect in the condition of every trigger that asks for one. */
export class BreakableDefinitions extends Definitions {
  override peek(name: string, version: number): CompiledWorkflow | undefined {
    return broken(super.peek(name, version));
  }
  override async get(name: string, version: number): Promise<CompiledWorkflow | undefined> {
    return broken(await super.get(name, version));
  }
  override async newest(name: string): Promise<CompiledWorkflow | undefined> {
    return broken(await super.newest(name));
  }
}

function broken(workflow: CompiledWorkflow | undefined): CompiledWorkflow | undefined {
  const trigger = workflow?.triggers.get(BREAKS) as { condition: unknown } | undefined;
  if (trigger === undefined) return workflow;
  trigger.condition = {
    type: 'always',
    afterOutcome: 'repeat',
    evaluate() {
      throw new Error('a defect of the engine');
    },
  };
  return workflow;
}
