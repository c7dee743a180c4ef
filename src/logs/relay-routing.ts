import { partitionOf } from '../model/partition.ts';
import { runKeyOf } from '../model/run.ts';

/**
 * The partition that a text from an ingress goes to: that of the run it names; else one by its source and id, so that
 * repeats meet; else one by the text. Looks at no more than that, as the partition's owner checks everything.
 */
export function partitionOfText(text: string, partitions: number): number {
  if (partitions === 1) return 0;
  const { workflow, run, source, id } = attributesOf(text);
  if (isText(workflow) && isText(run)) return partitionOf(runKeyOf(workflow, run), partitions);
  if (isText(source) && isText(id)) return partitionOf(`${source}\n${id}`, partitions);
  return partitionOf(text, partitions);
}

function attributesOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {}; // no JSON: its dead letter is written by whichever partition it comes to
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
