import { pathToFileURL } from 'node:url';
import type { NamedFunction } from '../actions/index.ts';
import { TidegateError } from '../model/errors.ts';

/**
 * The functions a module exports, by their names; those of an object that is its default export count too. Throws
 * INVALID_CONFIGURATION where it cannot be loaded or has none.
 */
export async function loadFunctions(
  path: string | undefined,
): Promise<Readonly<Record<string, NamedFunction>>> {
  if (path === undefined) return {};
  let module: Record<string, unknown>;
  try {
    module = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TidegateError(
      'INVALID_CONFIGURATION',
      `the functions module ${path} cannot be loaded: ${why}`,
      { cause },
    );
  }
  const { default: standard, ...named } = module;
  const offered = { ...(typeof standard === 'object' ? standard : {}), ...named };
  const functions = Object.entries(offered).filter(([, value]) => typeof value === 'function');
  if (functions.length === 0)
    throw new TidegateError('INVALID_CONFIGURATION', `the functions module ${path} exports no function`);
  return Object.fromEntries(functions) as Record<string, NamedFunction>;
}
