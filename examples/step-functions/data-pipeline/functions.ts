interface Reading {
  readonly sensor: number;
  readonly celsius: number | null;
}

/** Ten readings per sensor; every seventh was lost on the way. */
export function listReadings({ day, sensors }: { readonly day: string; readonly sensors: number }) {
  const readings: Reading[] = Array.from({ length: sensors * 10 }, (_, at) => ({
    sensor: at % sensors,
    celsius: at % 7 === 6 ? null : 15 + ((at * 7) % 100) / 10,
  }));
  return { day, readings };
}

export function cleanBatch({ readings }: { readonly readings: readonly Reading[] }) {
  const kept = readings.flatMap(({ celsius }) => (celsius === null ? [] : [celsius]));
  return { kept: kept.length, dropped: readings.length - kept.length, warmest: Math.max(...kept) };
}
