import type { Found } from './regex-function.ts';

/**
 * A replacement with its references filled in: `$1` is a group, `$0` the match, `$$` a dollar. As many digits count as there
 * are groups for.
 */
export function substitution(replacement: string, { match, groups }: Found): string {
  if (!replacement.includes('$')) return replacement;
  const digits = groups.length === 0 ? 1 : Math.floor(Math.log(groups.length) * Math.LOG10E) + 1;
  let result = '';
  let position = 0;
  for (let dollar = replacement.indexOf('$'); dollar >= 0; dollar = replacement.indexOf('$', position)) {
    result += replacement.substring(position, dollar);
    position = dollar + 1;
    const next = replacement.charAt(position);
    if (next === '$' || next === '0') {
      result += next === '$' ? '$' : match;
      position++;
      continue;
    }
    const index = groupNumber(replacement, position, digits, groups.length);
    if (Number.isNaN(index)) result += '$';
    else {
      result += groups[index - 1] ?? '';
      position += String(index).length;
    }
  }
  return result + replacement.substring(position);
}

function groupNumber(text: string, position: number, digits: number, groups: number): number {
  const index = Number.parseInt(text.substring(position, position + digits), 10);
  return digits > 1 && index > groups
    ? Number.parseInt(text.substring(position, position + digits - 1), 10)
    : index;
}
