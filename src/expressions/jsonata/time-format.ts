import { Fault } from './fault.ts';
import { formatInteger, type IntegerPicture, writeInteger } from './integer-picture.ts';
import { DAYS, MONTHS, numberOf } from './time-parts.ts';
import { type Marker, readTimePicture, type TimePart } from './time-picture.ts';

const ISO_8601: readonly TimePart[] = readTimePicture(
  '[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]',
);

interface Offset {
  readonly hours: number;
  readonly minutes: number;
}

/** `ms` since the epoch as the picture says, ISO 8601 without one, in a zone of the form `+0130`. */
export function formatTime(ms: number, picture?: string, zone?: string): string {
  const parts = picture === undefined ? ISO_8601 : readTimePicture(picture);
  const number = zone === undefined ? 0 : Number.parseInt(zone, 10);
  const offset: Offset = { hours: Math.floor(number / 100), minutes: number % 100 };
  const date = new Date(ms + (60 * offset.hours + offset.minutes) * 60_000);
  return parts.map((part) => ('literal' in part ? part.literal : write(date, offset, part))).join('');
}

function write(date: Date, offset: Offset, marker: Marker): string {
  const { component, names } = marker;
  switch (component) {
    case 'P': {
      const half = date.getUTCHours() >= 12 ? 'pm' : 'am';
      return names === 'upper' ? half.toUpperCase() : half;
    }
    case 'C':
    case 'E':
      return 'ISO';
    case 'Z':
    case 'z':
      return writeZone(offset, marker);
  }
  const value = numberOf(date, component);
  if (value === undefined) return 'undefined';
  if (component !== 'f' && names !== undefined) return writeName(value, names, marker);
  const { integer, digits } = marker;
  if (integer === undefined) throw new Fault('D3133', { value: component });
  return writeInteger(component === 'Y' && digits !== -1 ? value % 10 ** digits! : value, integer);
}

function writeName(value: number, names: 'lower' | 'upper' | 'title', { component, most }: Marker): string {
  const all: readonly string[] | undefined =
    component === 'M' || component === 'x' ? MONTHS : component === 'F' ? DAYS : undefined;
  const name = all?.[value - 1];
  if (name === undefined) throw new Fault('D3133', { value: component });
  const written = names === 'upper' ? name.toUpperCase() : names === 'lower' ? name.toLowerCase() : name;
  return written.slice(0, most);
}

function writeZone(zone: Offset, { component, integer, traditional }: Marker): string {
  const offset = zone.hours * 100 + zone.minutes;
  if (offset === 0 && traditional) return 'Z';
  const text = zoneDigits(zone, offset, integer);
  return `${component === 'z' ? 'GMT' : ''}${offset >= 0 ? '+' : ''}${text}`;
}

function zoneDigits(zone: Offset, offset: number, picture: IntegerPicture | undefined): string {
  if (picture?.primary !== 'decimal') throw new Fault('D3134', { value: undefined });
  if (picture.regular > 0) return writeInteger(offset, picture);
  const { mandatory } = picture;
  if (mandatory > 4) throw new Fault('D3134', { value: mandatory });
  if (mandatory > 2) return writeInteger(offset, picture);
  const minutes = zone.minutes === 0 ? '' : `:${formatInteger(zone.minutes, '00')}`;
  return writeInteger(zone.hours, picture) + minutes;
}
