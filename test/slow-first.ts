import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Where tests wait for servers and processes: what takes a minute must not come last, when the other workers have nothing left. */
const SLOW = ['chaos', 'deployment', 'logs', 'servers', 'cli', 'asl', 'actions', 'examples', 'stores'];

/** Files in the order of `SLOW`, then the others; within each the order that Vitest gives. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const given = await super.sort(files);
    return given.toSorted((one, other) => rankOf(one) - rankOf(other));
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const at = SLOW.findIndex((folder) => moduleId.includes(`/test/${folder}/`));
  return at < 0 ? SLOW.length : at;
}
