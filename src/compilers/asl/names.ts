/**
 * What the triggers of a state are called by: its name where that is one of letters, digits, `_` and `-`, else one made
 * from it. Branches may use a name again; the second is told apart by a number.
 */
export class Slugs {
  readonly #taken = new Set<string>();

  /** A slug of its own for a state of that name. */
  of(name: string): string {
    const plain =
      name
        .replaceAll(/[^A-Za-z0-9_-]+/g, '_')
        .replace(/^-/, '_')
        .slice(0, LONGEST) || '_';
    let slug = plain;
    for (let n = 2; this.#taken.has(slug); n++) slug = `${plain}.${n}`;
    this.#taken.add(slug);
    return slug;
  }
}

/** Leaves room for a number and the transition's name within the 128 characters of a trigger's id. */
const LONGEST = 100;

/** Ids of triggers, names of timers and subjects of events, from a state's slug. */
export const names = {
  begin: 'begin',
  /** Of the processor of a Distributed Map, which its child runs begin with. */
  beginOf: (slug: string) => `${slug}.begin`,
  enter: (slug: string) => `${slug}.enter`,
  succeeded: (slug: string) => `${slug}.succeeded`,
  failed: (slug: string) => `${slug}.failed`,
  join: (slug: string) => `${slug}.join`,
  retry: (slug: string) => `${slug}.retry`,
  wait: (slug: string) => `${slug}.wait`,
  branches: (slug: string) => `${slug}.branches`,
  item: (slug: string) => `${slug}.item`,
  child: (slug: string) => `${slug}.child`,
  childEnded: (slug: string) => `${slug}.child-ended`,
  childFailed: (slug: string) => `${slug}.child-failed`,
  read: (slug: string) => `${slug}.read`,
  items: (slug: string) => `${slug}.items`,
  write: (slug: string) => `${slug}.write`,
  written: (slug: string) => `${slug}.written`,
} as const;
