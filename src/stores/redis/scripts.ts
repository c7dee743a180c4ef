import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A Lua script; Redis knows it by its SHA-1. */
export interface Script {
  readonly text: string;
  readonly sha: string;
}

/** Reads `lua/<name>.lua` with the parts it includes by lines `-- include <file>`. */
export function loadScript(name: string): Script {
  const text = read(`${name}.lua`);
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}

function read(file: string): string {
  const text = readFileSync(new URL(`./lua/${file}`, import.meta.url), 'utf8');
  return text.replace(/^-- include (\S+)$/gm, (_, included: string) => read(included));
}
