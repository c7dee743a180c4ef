import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import { ResourceMap, readResourceMap } from '../actions/index.ts';
import { TidegateError } from '../model/errors.ts';

/** The targets of ARNs in a file, JSON or YAML; without one, none. Throws INVALID_CONFIGURATION that names the entry at fault. */
export async function readResourceFile(path: string | undefined): Promise<ResourceMap> {
  if (path === undefined) return new ResourceMap();
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw invalid(path, `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  const document = parseDocument(text);
  const [fault] = document.errors;
  if (fault) throw invalid(path, `is no YAML or JSON: ${fault.message.split('\n')[0]}`);
  return readResourceMap(document.toJS({ maxAliasCount: 100 }) ?? {}, path);
}

function invalid(path: string, why: string): TidegateError {
  return new TidegateError('INVALID_CONFIGURATION', `the resource file ${path} ${why}`);
}
