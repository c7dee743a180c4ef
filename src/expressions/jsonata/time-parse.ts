import type { Evaluation } from './evaluation.ts';
import { Fault } from './fault.ts';
import { type IntegerPicture, readInteger } from './integer-picture.ts';
import { NUMBER_WORDS } from './number-words.ts';
import { compileSearch } from './regex/index.ts';
import { DAYS, MONTHS, numberOf } from './time-parts.ts';
import { type Marker, readTimePicture, type TimePart } from './time-picture.ts';

interface Reader {
  readonly pattern: string;
  readonly component?: string;
  read?(text: string): number | undefined;
}

type Components = Record<string, number>;

/** Milliseconds since the epoch; undefined when the text does not fit the picture. Throws D3136 when it does not say enough. */
export function parseTime(evaluation: Evaluation, text: string, picture: string): number | undefined {
  const readers = readTimePicture(picture).map(readerOf);
  const pattern = new RegExp(`^${readers.map((each) => `(${each.pattern})`).join('')}$`, 'i');
  const slots = compileSearch(pattern).find(text, 0, (steps) => evaluation.charge(steps));
  if (slots === undefined) return undefined;
  const given: Components = {};
  readers.forEach(({ component, read }, index) => {
    if (read === undefined || component === undefined) return;
    const value = read(text.slice(slots[index * 2 + 2], slots[index * 2 + 3]));
    if (value !== undefined) given[component] = value;
  });
  return readers.some(({ read }) => read !== undefined) ? toMillis(given, evaluation.draw.now) : undefined;
}

function readerOf(part: TimePart): Reader {
  if ('literal' in part) return { pattern: part.literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') };
  const { component, integer, digits } = part;
  if (component === 'Z' || component === 'z') return zoneReader(component, integer);
  if (integer !== undefined) {
    return {
      component,
      pattern: integerPattern(integer, digits),
      read: (text) => readInteger(text, integer),
    };
  }
  const names = namesOf(part);
  return { component, pattern: '[a-zA-Z]+', read: (text) => names.get(text) };
}

function integerPattern(picture: IntegerPicture, digits = -1): string {
  switch (picture.primary) {
    case 'letters':
      return picture.letterCase === 'upper' ? '[A-Z]+' : '[a-z]+';
    case 'roman':
      return picture.letterCase === 'upper' ? '[MDCLXVI]+' : '[mdclxvi]+';
    case 'words':
      return `(?:${[...NUMBER_WORDS, 'and', '[\\-, ]'].join('|')})+`;
    case 'decimal': {
      const { optional } = picture;
      const count = digits <= 0 ? '+' : optional === 0 ? `{${digits}}` : `{${digits - optional},${digits}}`;
      return `[0-9]${count}${picture.ordinal ? '(?:th|st|nd|rd)' : ''}`;
    }
  }
}

function namesOf({ component, most }: Marker): ReadonlyMap<string, number> {
  if (component === 'P')
    return new Map([
      ['am', 0],
      ['AM', 0],
      ['pm', 1],
      ['PM', 1],
    ]);
  const all = component === 'M' || component === 'x' ? MONTHS : component === 'F' ? DAYS : undefined;
  if (all === undefined) throw new Fault('D3133', { value: component });
  return new Map(all.map((name, index) => [name.slice(0, most), index + 1]));
}

function zoneReader(component: 'Z' | 'z', picture: IntegerPicture | undefined): Reader {
  const separator =
    picture?.primary === 'decimal' && picture.regular > 0 ? picture.separators[0]!.character : undefined;
  const prefix = component === 'z' ? 'GMT' : '';
  const escaped = separator?.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return {
    component,
    pattern: `${prefix}[-+][0-9]+${escaped === undefined ? '' : `${escaped}[0-9]+`}`,
    read: (text) => zoneMinutes(text.slice(prefix.length), separator),
  };
}

function zoneMinutes(text: string, separator: string | undefined): number {
  const hoursEnd = separator === undefined ? (text.length <= 3 ? text.length : 3) : text.indexOf(separator);
  const minutes = text.slice(separator === undefined ? hoursEnd : hoursEnd + 1);
  return (
    Number.parseInt(text.slice(0, hoursEnd), 10) * 60 + (minutes === '' ? 0 : Number.parseInt(minutes, 10))
  );
}

/** The sets of components that make a date or a time, from the largest unit to the smallest. */
const BY_DAY_OF_YEAR = 'Yd';
const BY_WEEK_OF_MONTH = 'XxwF';
const BY_WEEK_OF_YEAR = 'XWF';
const BY_MONTH = 'YMD';
const HALF_DAY = 'Phmsf';
const WHOLE_DAY = 'Hmsf';

/** Whether something of the set is given and nothing that is not in it. Zero counts as not given. */
function fits(given: Components, set: string, among: string): boolean {
  const there = among.split('').filter((each) => given[each]);
  return there.length > 0 && there.every((each) => set.includes(each));
}

function toMillis(given: Components, now: number): number {
  const isDate = (set: string) => fits(given, set, 'YXMxWwdD');
  const byDayOfYear = !isDate(BY_MONTH) && isDate(BY_DAY_OF_YEAR);
  const byWeekOfMonth = isDate(BY_WEEK_OF_MONTH);
  const byWeekOfYear = !byWeekOfMonth && isDate(BY_WEEK_OF_YEAR);
  const inHalves = !fits(given, WHOLE_DAY, 'PHhmsf') && fits(given, HALF_DAY, 'PHhmsf');
  const date = byDayOfYear
    ? 'YD'
    : byWeekOfMonth
      ? BY_WEEK_OF_MONTH
      : byWeekOfYear
        ? BY_WEEK_OF_YEAR
        : BY_MONTH;
  const all = completed(given, date + (inHalves ? HALF_DAY : WHOLE_DAY), new Date(now));
  if (byWeekOfMonth || byWeekOfYear) throw new Fault('D3136');
  const hours = inHalves ? (all['h'] === 12 ? 0 : all['h']!) + (all['P'] === 1 ? 12 : 0) : all['H']!;
  const [month, day] = byDayOfYear ? dayOfYear(all) : [all['M']! > 0 ? all['M']! - 1 : 0, all['D']!];
  const ms = Date.UTC(all['Y']!, month, day, hours, all['m'], all['s'], all['f']);
  return ms - (all['Z'] || all['z'] || 0) * 60_000;
}

function dayOfYear(all: Components): [month: number, day: number] {
  const date = new Date(Date.UTC(all['Y']!, 0) + (all['d']! - 1) * 86_400_000);
  return [date.getUTCMonth(), date.getUTCDate()];
}

/** What stands before the first given component is taken from now, what stands behind the last is the least there is. */
function completed(given: Components, order: string, now: Date): Components {
  const all: Components = { ...given };
  let begun = false;
  let ended = false;
  for (const component of order) {
    if (all[component] !== undefined) {
      begun = true;
      if (ended) throw new Fault('D3136');
    } else if (begun) {
      all[component] = 'MDd'.includes(component) ? 1 : 0;
      ended = true;
    } else all[component] = numberOf(now, component) ?? 0;
  }
  return all;
}
