import { join } from 'node:path';
import { effectError } from './effect-error.ts';

/** Where secrets come from. A secret is looked up when a call is made, so that a changed one counts at once. */
export interface SecretSources {
  /** `TIDEGATE_SECRET_<NAME>`: the name in capitals, "-" and "." as "_". Comes before the files. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folder with a file per secret, named like it; a line break at its end does not belong to the secret. */
  readonly directory?: string | undefined;
  readonly readFile: (path: string) => Promise<string>;
}

export interface Secrets {
  /** Value of `secret://name` or `secret://name#/json/pointer`; rejects with SECRET_NOT_FOUND. */
  resolve(reference: string): Promise<string>;
}

/** `name` begins and ends with a letter, digit or "_", so a full stop after a reference is no part of it. */
const REFERENCE = /secret:\/\/(\w(?:[\w.-]{0,126}\w)?)((?:#(?:\/[\w.~-]*)+)?)/g;

/** Secrets from the environment first, then from files; SECRET_NOT_FOUND names the one that is missing. */
export function secretsFrom({ environment, directory, readFile }: SecretSources): Secrets {
  const read = async (name: string): Promise<string | undefined> => {
    const given = environment[variableOf(name)];
    if (given !== undefined && given !== '') return given;
    if (directory === undefined) return undefined;
    try {
      return (await readFile(join(directory, name))).replace(/\r?\n$/, '');
    } catch (cause) {
      if ((cause as { code?: string }).code === 'ENOENT') return undefined;
      throw effectError('SECRET_NOT_FOUND', `the file of the secret "${name}" cannot be read`, { cause });
    }
  };
  return {
    async resolve(reference) {
      const [, name = '', pointer = ''] = [...reference.matchAll(REFERENCE)][0] ?? [];
      const value = await read(name);
      if (value === undefined) {
        const file =
          directory === undefined ? 'no secrets folder is set' : 'the secrets folder has no such file';
        throw effectError(
          'SECRET_NOT_FOUND',
          `the secret "${name}" is missing: ${variableOf(name)} is not set and ${file}`,
        );
      }
      return pointer === '' ? value : pointed(name, value, pointer.slice(1));
    },
  };
}

function variableOf(name: string): string {
  return `TIDEGATE_SECRET_${name.toUpperCase().replace(/[-.]/g, '_')}`;
}

/** The part of a secret that is JSON; RFC 6901. Nothing of the secret enters a message. */
function pointed(name: string, text: string, pointer: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw effectError(
      'SECRET_NOT_FOUND',
      `the secret "${name}" is no JSON, so ${pointer} leads nowhere in it`,
    );
  }
  for (const token of pointer.slice(1).split('/')) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    const inside = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
    value = inside ? (value as Record<string, unknown>)[key] : undefined;
  }
  if (value === undefined)
    throw effectError('SECRET_NOT_FOUND', `the secret "${name}" has nothing at ${pointer}`);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The names of the secrets that a value, such as an action's definition, refers to. */
export function secretNamesIn(value: unknown): string[] {
  const names = new Set<string>();
  mapStrings(value, (text) => {
    for (const [, name] of text.matchAll(REFERENCE)) names.add(name!);
    return text;
  });
  return [...names];
}

/** Whichever references a value holds, replaced by what `replace` makes of each. Keys of objects are left alone. */
export function replaceReferences<T>(value: T, replace: (reference: string, name: string) => string): T {
  return mapStrings(value, (text) =>
    text.includes('secret://')
      ? text.replace(REFERENCE, (reference, name: string) => replace(reference, name))
      : text,
  ) as T;
}

/** A copy of a configured value with its references resolved. Rejects with SECRET_NOT_FOUND. */
export async function resolveAll<T>(value: T, secrets: Secrets): Promise<T> {
  const references = new Set<string>();
  replaceReferences(value, (reference) => {
    references.add(reference);
    return reference;
  });
  const values = new Map<string, string>();
  for (const reference of references) values.set(reference, await secrets.resolve(reference));
  return replaceReferences(value, (reference) => values.get(reference)!);
}

/** A copy of a JSON value with other strings; anything that is no JSON stays as it is. */
export function mapStrings(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === 'string') return map(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((element) => mapStrings(element, map));
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, mapStrings(member, map)]));
}
