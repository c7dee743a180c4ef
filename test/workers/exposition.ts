/** A strict reader of the Prometheus text format 0.0.4: what it does not know for certain, it refuses. */
export interface Family {
  readonly type: string;
  readonly help: string;
  /** By name and labels as they stand in the text. */
  readonly samples: Map<string, number>;
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"';
const SAMPLE = new RegExp(
  `^(${NAME})(\\{${LABEL}(?:,${LABEL})*\\})? (\\+Inf|-Inf|NaN|-?\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?)$`,
);
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: [''],
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count'],
};

/** Throws at the first thing that is wrong. */
export function parseExposition(text: string): Map<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const families = new Map<string, Family>();
  let current: { name: string; family: Family } | undefined;
  const lines = text.slice(0, -1).split('\n');
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    const refuse = (why: string): never => {
      throw new Error(`line ${at + 1}, ${why}: ${line}`);
    };
    const help = new RegExp(`^# HELP (${NAME}) (.+)$`).exec(line);
    if (help !== null) {
      const [, name = '', about = ''] = help;
      const type = new RegExp(`^# TYPE ${name} (counter|gauge|histogram)$`).exec(lines[++at] ?? '')?.[1];
      if (type === undefined) refuse('no type follows');
      if (families.has(name)) refuse('the metric was there already');
      current = { name, family: { type: type!, help: about, samples: new Map() } };
      families.set(name, current.family);
      continue;
    }
    const [, name = '', labels = '', value = ''] = SAMPLE.exec(line) ?? refuse('no sample');
    if (current === undefined) refuse('a sample before any metric');
    const { family, name: base } = current!;
    if (!SUFFIXES[family.type]!.some((suffix) => name === base + suffix)) refuse(`no sample of ${base}`);
    if (family.samples.has(name + labels)) refuse('the sample was there already');
    family.samples.set(name + labels, Number(value.replace('Inf', 'Infinity')));
  }
  for (const [name, { type, samples }] of families) {
    if (type === 'counter')
      for (const [key, value] of samples) if (!(value >= 0)) throw new Error(`${key} is ${value}`);
    if (type === 'histogram') checkHistogram(name, samples);
  }
  return families;
}

function checkHistogram(name: string, samples: ReadonlyMap<string, number>): void {
  const series = new Map<string, [bound: number, count: number][]>();
  for (const [key, count] of samples) {
    const match = /^(.*)_bucket\{(?:(.*),)?le="([^"]+)"\}$/.exec(key);
    if (match === null) continue;
    const labels = match[2] === undefined ? '' : `{${match[2]}}`;
    const bound = Number(match[3]!.replace('Inf', 'Infinity'));
    series.set(labels, [...(series.get(labels) ?? []), [bound, count]]);
  }
  for (const [labels, buckets] of series) {
    for (let i = 1; i < buckets.length; i++) {
      const [[before, fewer], [bound, count]] = [buckets[i - 1]!, buckets[i]!];
      if (!(bound > before) || count < fewer) throw new Error(`the buckets of ${name}${labels} do not grow`);
    }
    const [last, total] = buckets.at(-1)!;
    if (last !== Number.POSITIVE_INFINITY) throw new Error(`${name}${labels} has no bucket +Inf`);
    if (samples.get(`${name}_count${labels}`) !== total)
      throw new Error(`${name}_count${labels} is not ${total}`);
    if (samples.get(`${name}_sum${labels}`) === undefined) throw new Error(`${name}${labels} has no sum`);
  }
  const counts = [...samples.keys()].filter((key) => key.startsWith(`${name}_count`));
  if (counts.length !== series.size) throw new Error(`${name} has counts without buckets`);
}
