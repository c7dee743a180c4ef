import type { Evaluation } from './evaluation.ts';
import { Fault } from './fault.ts';
import type { Search, Slots } from './regex/index.ts';
import { asList, FunctionValue, Made, newList } from './values.ts';

/** Something a matcher found in a text. */
export interface Found {
  readonly match: string;
  readonly start: number;
  readonly end: number;
  readonly groups: readonly unknown[];
  /** What it finds next. */
  next(): Found | undefined;
}

/** `/.../`: a function from a text to the first match in it. */
export class Regex extends FunctionValue {
  readonly arity = 2;
  readonly #search: Search;
  readonly #source: string;
  readonly #position: number | undefined;

  constructor(search: Search, source: string, position: number | undefined) {
    super();
    this.#search = search;
    this.#source = source;
    this.#position = position;
  }

  find(evaluation: Evaluation, text: string, from = 0): Found | undefined {
    if (from > text.length) return undefined;
    const slots = this.#search.find(text, from, (steps) => evaluation.charge(steps));
    return slots && this.#found(evaluation, text, slots);
  }

  #found(evaluation: Evaluation, text: string, slots: Slots): Found {
    const [start, end] = slots as readonly [number, number];
    const groups: unknown[] = newList();
    for (let i = 2; i < slots.length; i += 2) {
      groups.push(slots[i]! < 0 || slots[i + 1]! < 0 ? undefined : text.slice(slots[i], slots[i + 1]));
    }
    const next = () => {
      if (end >= text.length) return undefined;
      const found = this.find(evaluation, text, end);
      if (found?.match === '') throw new Fault('D1004', { value: this.#source, position: this.#position });
      return found;
    };
    return { match: text.slice(start, end), start, end, groups, next };
  }

  call(evaluation: Evaluation, [text, from]: readonly unknown[]): unknown {
    const found = this.find(evaluation, String(text), typeof from === 'number' ? from : 0);
    return found && described(found);
  }

  partial(): FunctionValue {
    return this;
  }
}

function described(found: Found): Made {
  const object = new Made();
  object['match'] = found.match;
  object['start'] = found.start;
  object['end'] = found.end;
  object['groups'] = asList([...found.groups]);
  object['next'] = new Following(() => {
    const next = found.next();
    return next && described(next);
  });
  return object;
}

/** The member `next` of a match. */
class Following extends FunctionValue {
  readonly arity = 0;
  readonly #next: () => unknown;
  constructor(next: () => unknown) {
    super();
    this.#next = next;
  }
  call(): unknown {
    return this.#next();
  }
  partial(): FunctionValue {
    return this;
  }
}
