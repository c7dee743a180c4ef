import { Fault } from './fault.ts';
import { requirePicture } from './format-number.ts';
import { type IntegerPicture, readIntegerPicture } from './integer-picture.ts';

/** A piece of a date/time picture (XPath F&O 3.1, section 9.8.4): literal text, or a component and how it is written. */
export type TimePart = { readonly literal: string } | Marker;

export interface Marker {
  readonly component: string;
  /** Written as a name, e.g. `Monday`. */
  readonly names?: 'lower' | 'upper' | 'title';
  readonly most: number | undefined;
  readonly integer?: IntegerPicture;
  /** How many of a year's digits are written; -1 for all. Also for how many digits a date's parts are read. */
  readonly digits?: number;
  /** `t` behind a zone: UTC is written `Z`. */
  readonly traditional: boolean;
}

const DEFAULTS: Readonly<Record<string, string>> = {
  Y: '1',
  M: '1',
  D: '1',
  d: '1',
  F: 'n',
  W: '1',
  w: '1',
  X: '1',
  x: '1',
  H: '1',
  h: '1',
  P: 'n',
  m: '01',
  s: '01',
  f: '1',
  Z: '01:01',
  z: '01:01',
  C: 'n',
  E: 'n',
};

/** Components that are numbers. */
const NUMBERS = 'YMDdFWwXxHhmsf';

/** Throws D3132 or D3135, or what is wrong with a number's picture. */
export function readTimePicture(picture: string): readonly TimePart[] {
  requirePicture(picture);
  const parts: TimePart[] = [];
  const addLiteral = (from: number, to: number): void => {
    if (to > from) parts.push({ literal: picture.slice(from, to).replaceAll(']]', ']') });
  };
  let start = 0;
  let at = 0;
  while (at < picture.length) {
    if (picture[at] !== '[') {
      at++;
      continue;
    }
    addLiteral(start, at);
    if (picture[at + 1] === '[') {
      parts.push({ literal: '[' });
      at += 2;
    } else {
      const end = picture.indexOf(']', at);
      if (end < 0) throw new Fault('D3135');
      parts.push(readMarker(picture.slice(at + 1, end).replace(/\s+/g, '')));
      at = end + 1;
    }
    start = at;
  }
  addLiteral(start, at);
  return parts;
}

function readMarker(marker: string): Marker {
  const component = marker.charAt(0);
  const comma = marker.lastIndexOf(',');
  const [least, most] = comma < 0 ? [undefined, undefined] : readWidth(marker.slice(comma + 1));
  const { presentation, modifier } = readModifiers(
    component,
    comma < 0 ? marker.slice(1) : marker.slice(1, comma),
  );
  const common = { component, most, traditional: modifier === 't' };
  if (presentation[0] === 'n') return { ...common, names: 'lower' };
  if (presentation[0] === 'N') return { ...common, names: presentation[1] === 'n' ? 'title' : 'upper' };
  if (component === 'Z' || component === 'z') return { ...common, integer: readIntegerPicture(presentation) };
  if (!NUMBERS.includes(component)) return common;
  const integer = readIntegerPicture(modifier === undefined ? presentation : `${presentation};${modifier}`);
  return numberMarker(common, integer, least, most);
}

function numberMarker(
  common: Omit<Marker, 'integer' | 'digits'>,
  integer: IntegerPicture,
  least: number | undefined,
  most: number | undefined,
): Marker {
  if (integer.primary !== 'decimal') return { ...common, integer, digits: -1 };
  const mandatory = Math.max(integer.mandatory, least ?? 0);
  const isDate = 'YMD'.includes(common.component);
  if (isDate && most !== undefined)
    return { ...common, integer: { ...integer, mandatory: most }, digits: most };
  const width = mandatory + integer.optional;
  return { ...common, integer: { ...integer, mandatory }, digits: isDate && width >= 2 ? width : -1 };
}

function readWidth(text: string): [number | undefined, number | undefined] {
  const [least, ...more] = text.split('-');
  const most = more.length === 0 ? undefined : more.join('-');
  return [readNumber(least), readNumber(most)];
}

/** At most two digits: nothing is as wide as a hundred. */
function readNumber(text: string | undefined): number | undefined {
  if (text === undefined || text === '*') return undefined;
  const number = Number.parseInt(text, 10);
  return Number.isNaN(number) ? undefined : Math.min(number, 99);
}

function readModifiers(component: string, text: string): { presentation: string; modifier?: string } {
  if (text.length > 1 && 'atco'.includes(text.at(-1)!)) {
    return { presentation: text.slice(0, -1), modifier: text.at(-1)! };
  }
  if (text !== '') return { presentation: text };
  const presentation = DEFAULTS[component];
  if (presentation === undefined) throw new Fault('D3132', { value: component });
  return { presentation };
}
