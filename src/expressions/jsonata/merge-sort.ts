/**
 * Sorts, stable, from the middle outwards, with a comparison that says whether `left` belongs behind `right`. The order of the
 * comparisons is fixed, since each may fail.
 */
export function mergeSort<T>(list: readonly T[], isBehind: (left: T, right: T) => boolean): T[] {
  if (list.length <= 1) return [...list];
  const middle = Math.floor(list.length / 2);
  const left = mergeSort(list.slice(0, middle), isBehind);
  const right = mergeSort(list.slice(middle), isBehind);
  const merged: T[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length && j < right.length) {
    if (isBehind(left[i]!, right[j]!)) merged.push(right[j++]!);
    else merged.push(left[i++]!);
  }
  while (i < left.length) merged.push(left[i++]!);
  while (j < right.length) merged.push(right[j++]!);
  return merged;
}
