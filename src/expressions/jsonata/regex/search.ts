import type { Instruction } from './program.ts';
import { type CharacterSet, canonical, isLineEnd, isWord } from './sets.ts';

/** Where something was found: from `slots[0]` to `slots[1]`, its groups behind; -1 for a group that took no part. */
export type Slots = readonly number[];

export interface Flags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
}

/** Operations that one step pays for. */
const OPERATIONS_PER_STEP = 2;
/** Operations between two payments. */
const PAYMENT = 1_024;
/** Characters that one step pays for where a match cannot begin. */
const CHARACTERS_PER_STEP = 16;

/**
 * Searches in time proportional to text times program: all ways through the program are followed at once, in the order in which
 * they are preferred, each instruction at most once per character.
 */
export class Search {
  readonly #program: readonly Instruction[];
  readonly #flags: Flags;
  readonly #slots: number;
  readonly #first: readonly FirstSet[] | undefined;

  constructor(program: readonly Instruction[], groups: number, flags: Flags) {
    this.#program = program;
    this.#flags = flags;
    this.#slots = (groups + 1) * 2;
    this.#first = firstSets(program);
  }

  /** The first match from `from` on. `charge` is called with the steps it takes, and may throw. */
  find(text: string, from: number, charge: (steps: number) => void): Slots | undefined {
    const program = this.#program;
    const { ignoreCase } = this.#flags;
    const none: Slots = new Array<number>(this.#slots).fill(-1);
    const walk: Walk = { text, marks: new Int32Array(program.length).fill(-1), operations: 0 };
    let threads: Thread[] = [];
    let found: Slots | undefined;
    for (let position = from; ; position++) {
      if (threads.length === 0) {
        if (found !== undefined) break;
        const start = this.#skip(text, position);
        charge(Math.floor((start - position) / CHARACTERS_PER_STEP));
        position = start;
        if (position > text.length) break;
      }
      if (found === undefined) this.#follow(walk, threads, 0, none.with(0, position), position);
      const unit = position < text.length ? text.charCodeAt(position) : -1;
      const folded = ignoreCase && unit >= 0 ? canonical(unit) : unit;
      const next: Thread[] = [];
      for (const { at, slots } of threads) {
        walk.operations++;
        const instruction = program[at]!;
        if (instruction.op === 'match') {
          found = slots.with(1, position);
          break;
        }
        if (instruction.op === 'set' && unit >= 0 && instruction.set.has(folded) !== instruction.negated) {
          this.#follow(walk, next, at + 1, slots, position + 1);
        }
      }
      threads = next;
      if (walk.operations >= PAYMENT) {
        charge(Math.floor(walk.operations / OPERATIONS_PER_STEP));
        walk.operations = 0;
      }
      if (unit < 0) break;
    }
    charge(1 + Math.floor(walk.operations / OPERATIONS_PER_STEP));
    return found;
  }

  /** Adds the threads that wait for a character at `position`, beginning with an instruction. */
  #follow(walk: Walk, into: Thread[], start: number, startSlots: Slots, position: number): void {
    const { marks } = walk;
    const program = this.#program;
    /** The second ways of splits, the latest last. */
    const waiting: Thread[] = [];
    let at = start;
    let slots = startSlots;
    for (;;) {
      let ends = marks[at] === position;
      if (!ends) {
        marks[at] = position;
        walk.operations++;
        const instruction = program[at]!;
        switch (instruction.op) {
          case 'jump':
            at = instruction.to;
            break;
          case 'split':
            waiting.push({ at: instruction.second, slots });
            at = instruction.first;
            break;
          case 'save':
            slots = slots.with(instruction.slot, position);
            at++;
            break;
          case 'clear':
            slots = cleared(slots, instruction.from, instruction.to);
            at++;
            break;
          case 'assert':
            ends = !holds(instruction.kind, walk.text, position, this.#flags.multiline);
            at++;
            break;
          default:
            into.push({ at, slots });
            ends = true;
        }
      }
      if (!ends) continue;
      const next = waiting.pop();
      if (next === undefined) return;
      at = next.at;
      slots = next.slots;
    }
  }

  /** The next place at which a match may begin, as far as its first character tells; beyond the text when there is none. */
  #skip(text: string, from: number): number {
    const first = this.#first;
    if (first === undefined) return from;
    const { ignoreCase } = this.#flags;
    for (let i = from; i < text.length; i++) {
      const unit = ignoreCase ? canonical(text.charCodeAt(i)) : text.charCodeAt(i);
      for (const { set, negated } of first) if (set.has(unit) !== negated) return i;
    }
    return text.length + 1;
  }
}

interface Thread {
  readonly at: number;
  readonly slots: Slots;
}

/** One search under way. */
interface Walk {
  readonly text: string;
  /** For each instruction the last position at which it was come by. */
  readonly marks: Int32Array;
  operations: number;
}

function cleared(slots: Slots, from: number, to: number): Slots {
  let isClear = true;
  for (let i = from; i < to; i++) if (slots[i] !== -1) isClear = false;
  if (isClear) return slots;
  return slots.map((slot, index) => (index >= from && index < to ? -1 : slot));
}

function holds(kind: '^' | '$' | 'b' | 'B', text: string, position: number, multiline: boolean): boolean {
  switch (kind) {
    case '^':
      return position === 0 || (multiline && isLineEnd(text.charCodeAt(position - 1)));
    case '$':
      return position === text.length || (multiline && isLineEnd(text.charCodeAt(position)));
    default: {
      const before = position > 0 && isWord(text.charCodeAt(position - 1));
      const behind = position < text.length && isWord(text.charCodeAt(position));
      return (before !== behind) === (kind === 'b');
    }
  }
}

interface FirstSet {
  readonly set: CharacterSet;
  readonly negated: boolean;
}

/** The sets one of which the first character of any match is in; undefined when a match may be empty or they are many. */
function firstSets(program: readonly Instruction[]): readonly FirstSet[] | undefined {
  const seen = new Set<number>();
  const sets: FirstSet[] = [];
  const waiting = [0];
  while (waiting.length > 0) {
    const at = waiting.pop()!;
    if (seen.has(at)) continue;
    seen.add(at);
    const instruction = program[at]!;
    if (instruction.op === 'match' || sets.length > 8) return undefined;
    if (instruction.op === 'set') sets.push(instruction);
    else if (instruction.op === 'split') waiting.push(instruction.first, instruction.second);
    else waiting.push(instruction.op === 'jump' ? instruction.to : at + 1);
  }
  return sets;
}
