const DAY_MS = 86_400_000;

export const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/**
 * A component of a date in UTC by its letter in pictures: year `Y`, month `M` from 1, day `D`, of the year `d`, of the week `F` from
 * Monday 1, week of the year `W` and of the month `w` with the year `X` and the month `x` they belong to, hours `H` and `h`, minute
 * `m`, second `s`, millisecond `f`. Undefined for one that is no number.
 */
export function numberOf(date: Date, component: string): number | undefined {
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  switch (component) {
    case 'Y':
      return year;
    case 'M':
      return month + 1;
    case 'D':
      return date.getUTCDate();
    case 'd':
      return (startOfDay(date) - Date.UTC(year, 0)) / DAY_MS + 1;
    case 'F':
      return date.getUTCDay() || 7;
    case 'W':
      return weekOf(date, (offset) => firstWeek(year + offset, 0), 52);
    case 'w':
      return weekOf(date, (offset) => firstWeek(year, month + offset), 4);
    case 'X':
      return year + periodOf(date, (offset) => firstWeek(year + offset, 0));
    case 'x':
      return ((month + 12 + periodOf(date, (offset) => firstWeek(year, month + offset))) % 12) + 1;
    case 'H':
      return date.getUTCHours();
    case 'h':
      return date.getUTCHours() % 12 || 12;
    case 'm':
      return date.getUTCMinutes();
    case 's':
      return date.getUTCSeconds();
    case 'f':
      return date.getUTCMilliseconds();
    default:
      return undefined;
  }
}

function startOfDay(date: Date): number {
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());
}

/** The Monday of the week with the first Thursday of a month: ISO 8601's first week, for months too. */
function firstWeek(year: number, month: number): number {
  const first = Date.UTC(year, month);
  const day = new Date(first).getUTCDay() || 7;
  return day > 4 ? first + (8 - day) * DAY_MS : first - (day - 1) * DAY_MS;
}

/** `start(n)` is where the first week of the period n further on begins. */
function weekOf(date: Date, start: (offset: number) => number, usual: number): number {
  const today = startOfDay(date);
  const week = weeksFrom(start(0), today);
  if (week > usual && today >= start(1)) return 1;
  return Math.floor(week < 1 ? weeksFrom(start(-1), today) : week);
}

function weeksFrom(start: number, end: number): number {
  return (end - start) / (DAY_MS * 7) + 1;
}

/** Whether the week belongs to the period before (-1), this one (0) or the next (1). */
function periodOf(date: Date, start: (offset: number) => number): number {
  const now = date.getTime();
  if (now < start(0)) return -1;
  return now >= start(1) ? 1 : 0;
}
