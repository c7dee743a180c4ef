import { CharacterSet, canonicalRanges, complement, type Range } from './sets.ts';
import { type Pattern, UnsupportedPattern } from './syntax.ts';

/** What a search executes. Places are indexes of instructions. */
export type Instruction =
  | { readonly op: 'set'; readonly set: CharacterSet; readonly negated: boolean }
  /** Goes on at both places, the first before the second. */
  | { readonly op: 'split'; first: number; second: number }
  | { readonly op: 'jump'; to: number }
  /** Remembers where it is: even slots are starts of groups, odd ones ends. */
  | { readonly op: 'save'; readonly slot: number }
  /** Forgets what the groups of a repetition matched the time before. */
  | { readonly op: 'clear'; readonly from: number; readonly to: number }
  | { readonly op: 'assert'; readonly kind: '^' | '$' | 'b' | 'B' }
  | { readonly op: 'match' };

const MOST_INSTRUCTIONS = 10_000;

/** Writes repetitions out, so that a search needs no counting. Throws UnsupportedPattern when that is too long. */
export function compileProgram(pattern: Pattern, ignoreCase: boolean): readonly Instruction[] {
  const program: Instruction[] = [];
  const sets = new Map<string, CharacterSet>();
  const emit = <T extends Instruction>(instruction: T): T => {
    if (program.length >= MOST_INSTRUCTIONS)
      throw new UnsupportedPattern(`more than ${MOST_INSTRUCTIONS} instructions`);
    program.push(instruction);
    return instruction;
  };
  const setOf = (ranges: readonly Range[]): CharacterSet => {
    const key = ranges.join(';');
    let known = sets.get(key);
    if (known === undefined) {
      known = new CharacterSet(ignoreCase ? canonicalRanges(ranges) : ranges);
      sets.set(key, known);
    }
    return known;
  };
  const write = (part: Pattern): void => {
    switch (part.type) {
      case 'set':
        emit(
          part.negated && !ignoreCase
            ? { op: 'set', set: setOf(complement(part.ranges)), negated: false }
            : { op: 'set', set: setOf(part.ranges), negated: part.negated },
        );
        return;
      case 'sequence':
        part.parts.forEach(write);
        return;
      case 'choice':
        writeChoice(part.options);
        return;
      case 'group':
        emit({ op: 'save', slot: part.index * 2 });
        write(part.body);
        emit({ op: 'save', slot: part.index * 2 + 1 });
        return;
      case 'repeat':
        writeRepeat(part);
        return;
      case 'assert':
        emit({ op: 'assert', kind: part.kind });
    }
  };
  const writeChoice = (options: readonly Pattern[]): void => {
    const ends: { to: number }[] = [];
    options.forEach((option, index) => {
      if (index === options.length - 1) {
        write(option);
        return;
      }
      const split = emit({ op: 'split', first: program.length + 1, second: 0 });
      write(option);
      ends.push(emit({ op: 'jump', to: 0 }));
      split.second = program.length;
    });
    for (const end of ends) end.to = program.length;
  };
  const writeOnce = ({ body, groups }: Pattern & { readonly type: 'repeat' }): void => {
    if (groups[1] > groups[0]) emit({ op: 'clear', from: groups[0] * 2, to: groups[1] * 2 });
    write(body);
  };
  const writeRepeat = (repeat: Pattern & { readonly type: 'repeat' }): void => {
    const { least, most, greedy } = repeat;
    for (let i = 0; i < least; i++) writeOnce(repeat);
    const splits: { first: number; second: number }[] = [];
    const optional = (): void => {
      splits.push(emit({ op: 'split', first: program.length + 1, second: program.length + 1 }));
    };
    if (most === Number.POSITIVE_INFINITY) {
      const start = program.length;
      optional();
      writeOnce(repeat);
      emit({ op: 'jump', to: start });
    } else {
      for (let i = least; i < most; i++) {
        optional();
        writeOnce(repeat);
      }
    }
    for (const split of splits) {
      if (greedy) split.second = program.length;
      else split.first = program.length;
    }
  };
  write(pattern);
  emit({ op: 'match' });
  return program;
}
