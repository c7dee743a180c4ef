const MOST_CHARACTERS = 1_000;
const MOST_PARTS = 1_000;

/** The JSON of a value for a message; the type alone where it would be long. */
export function shortText(value: unknown): string {
  if (!isShort(value)) return Array.isArray(value) ? '[...]' : typeof value === 'string' ? '"..."' : '{...}';
  return JSON.stringify(value) ?? 'undefined';
}

function isShort(value: unknown): boolean {
  const waiting = [value];
  let characters = 0;
  for (let parts = 0; waiting.length > 0; parts++) {
    const part = waiting.pop();
    if (parts > MOST_PARTS || characters > MOST_CHARACTERS) return false;
    if (typeof part === 'string') characters += part.length;
    else if (Array.isArray(part))
      for (let i = 0; i < part.length && i < MOST_PARTS; i++) waiting.push(part[i]);
    else if (typeof part === 'object' && part !== null) {
      for (const [key, member] of Object.entries(part)) {
        characters += key.length;
        waiting.push(member);
      }
    }
  }
  return true;
}
