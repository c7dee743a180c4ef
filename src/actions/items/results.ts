/** What became of one child of a Distributed Map, as the service describes an execution. */
export interface ChildResult {
  readonly Status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING';
  /** JSON text; absent where it did not succeed. */
  readonly Output?: string;
  /** ExecutionArn, Name, Input, StartDate, StopDate, Error, Cause, ... */
  readonly [member: string]: unknown;
}

/** A result as it is described, or a bare output as that of a child that succeeded. */
export function childResultOf(result: unknown): ChildResult {
  const described = typeof result === 'object' && result !== null && 'Status' in result && 'Name' in result;
  return described
    ? (result as ChildResult)
    : { Status: 'SUCCEEDED', Output: JSON.stringify(result ?? null) };
}

/** A WriterConfig. */
export interface WriterConfig {
  readonly Transformation?: 'NONE' | 'COMPACT' | 'FLATTEN';
  readonly OutputType?: 'JSON' | 'JSONL';
}

/**
 * Results as a WriterConfig wants them: as they are (`NONE`), their outputs (`COMPACT`), or those with lists taken
 * apart (`FLATTEN`). What did not succeed stays as it is.
 */
export function transformedResults(
  results: readonly ChildResult[],
  transformation: WriterConfig['Transformation'],
): unknown[] {
  if (transformation === undefined || transformation === 'NONE') return [...results];
  const outputs = results.map((result) => outputOf(result));
  return transformation === 'FLATTEN' ? outputs.flat() : outputs;
}

function outputOf(result: ChildResult): unknown {
  return result.Output === undefined ? result : (JSON.parse(result.Output) as unknown);
}

/** Characters of a file, unless one result alone has more. */
const LARGEST_FILE = 67_108_864;

/** The texts of the files of results. */
export function* resultTexts(
  results: readonly unknown[],
  type: WriterConfig['OutputType'],
  largest = LARGEST_FILE,
): Generator<string> {
  let texts: string[] = [];
  let length = 0;
  for (const result of results) {
    const text = JSON.stringify(result);
    if (length > 0 && length + text.length > largest) {
      yield fileOf(texts, type);
      texts = [];
      length = 0;
    }
    texts.push(text);
    length += text.length;
  }
  if (texts.length > 0) yield fileOf(texts, type);
}

function fileOf(texts: readonly string[], type: WriterConfig['OutputType']): string {
  return type === 'JSONL' ? texts.map((text) => `${text}\n`).join('') : `[${texts.join(',')}]`;
}
