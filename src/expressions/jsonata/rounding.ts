/** Rounds to so many decimal places, halves to even. The point is moved in the text, so that no error creeps in. */
export function roundHalfEven(value: number, precision = 0): number {
  const moved = precision === 0 ? value : movePoint(value, precision);
  let result = Math.round(moved);
  if (Math.abs(result - moved) === 0.5 && Math.abs(result % 2) === 1) result--;
  const rounded = precision === 0 ? result : movePoint(result, -precision);
  return rounded === 0 ? 0 : rounded;
}

function movePoint(value: number, places: number): number {
  const [digits, exponent = '0'] = String(value).split('e') as [string, string?];
  return Number(`${digits}e${Number(exponent) + places}`);
}
