import { endOfString } from '../../../model/json-text.ts';

/** An object that is open while the text is gone through. */
interface Open {
  readonly keys: Set<string>;
  /** The key whose value is read; in an array the index. */
  step: string | number;
  readonly list: boolean;
}

/**
 * Where a text in valid JSON names two states of one `States` alike: the steps to each repetition. `JSON.parse` keeps the last
 * of them and says nothing.
 */
export function duplicateStates(text: string): (string | number)[][] {
  const found: (string | number)[][] = [];
  const open: Open[] = [];
  let keyNext = false;
  for (let at = 0; at < text.length; at++) {
    const top = open.at(-1);
    switch (text[at]) {
      case '{':
      case '[': {
        const list = text[at] === '[';
        open.push({ keys: new Set(), step: list ? 0 : '', list });
        keyNext = !list;
        break;
      }
      case '}':
      case ']':
        open.pop();
        break;
      case ',':
        keyNext = top?.list === false;
        if (top?.list) top.step = Number(top.step) + 1;
        break;
      case '"': {
        const end = endOfString(text, at);
        if (keyNext && top !== undefined) {
          top.step = JSON.parse(text.slice(at, end)) as string;
          if (top.keys.has(top.step) && open.at(-2)?.step === 'States') {
            found.push(open.map(({ step }) => step));
          }
          top.keys.add(top.step);
          keyNext = false;
        }
        at = end - 1;
      }
    }
  }
  return found;
}
