import { existsSync } from 'node:fs';
import { parseDefinitionText } from '../compilers/index.ts';
import { TidegateError } from '../model/errors.ts';
import { parseJson } from '../model/json.ts';
import { LIMITS } from '../model/limits.ts';
import { readText } from './definition-file.ts';

/** The value of `--input`: `-` reads standard input, the name of a file that file (YAML or JSON), anything else is JSON itself. */
export async function readInput(
  given: string,
  standardInput: AsyncIterable<Buffer | string>,
): Promise<unknown> {
  if (given === '-') return parseDefinitionText(await readAll(standardInput)).value;
  if (existsSync(given)) return parseDefinitionText(readText(given)).value;
  try {
    return parseJson(given, LIMITS);
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    throw new TidegateError(
      error.code,
      `${JSON.stringify(given.slice(0, 80))} is neither a file nor JSON: ${error.message}`,
      {
        cause: error,
      },
    );
  }
}

export async function readAll(input: AsyncIterable<Buffer | string>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of input) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
