/**
 * The path of a scope inside a run: one `name[index]` per fork, outermost first, joined by "/". The root is "".
 * Where a token forked, the name is followed by `~` and the entry of its state. A trigger names the scopes it lives in by their static path, the same without indices.
 */
export const ROOT = '';

export function childPath(parent: string, fork: string, index: number): string {
  return parent === ROOT ? `${fork}[${index}]` : `${parent}/${fork}[${index}]`;
}

/** `g[3]/m~7[0]` -> `g/m` */
export function staticPath(path: string): string {
  return path === ROOT ? ROOT : path.replaceAll(/(?:~[\d.]+)?\[\d+\]/g, '');
}

export function depthOf(path: string): number {
  if (path === ROOT) return 0;
  let depth = 1;
  for (let i = 0; i < path.length; i++) if (path.charCodeAt(i) === 47) depth++;
  return depth;
}

/** True when `outer` is `inner` or one of the scopes around it; both static or both dynamic. */
export function encloses(outer: string, inner: string): boolean {
  return (
    outer === ROOT || outer === inner || (inner.startsWith(outer) && inner.charCodeAt(outer.length) === 47)
  );
}

/** The first `depth` levels of a path. */
export function ancestorPath(path: string, depth: number): string {
  if (depth === 0) return ROOT;
  return path.split('/', depth).join('/');
}

/** The indices of the levels of `path` below `depth`, e.g. `3` or `3.0`; empty when there are none. */
export function indicesBelow(path: string, depth: number): string {
  const levels = path.split('/').slice(depth);
  return levels.map((level) => level.slice(level.lastIndexOf('[') + 1, -1)).join('.');
}

/** The innermost index of a path, or undefined at the root. */
export function indexOf(path: string): number | undefined {
  return path === ROOT ? undefined : Number(path.slice(path.lastIndexOf('[') + 1, -1));
}
