/**
 * Writes corpus.txt and expected.json: a text of about 1.2 MB from a seeded grammar. The counts are kept while each word is
 * chosen, never by reading the text again, so that they are an answer to check a word count against.
 *
 *   node examples/word-count/generate-corpus.ts
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import {
  ADJECTIVES,
  ADVERBS,
  CONJUNCTIONS,
  DETERMINERS,
  INTRANSITIVE,
  NAMES,
  NOUNS,
  PREPOSITIONS,
  TRANSITIVE,
} from './corpus-words.ts';

const SEED = 20_261_121;
const SIZE = 1_200_000;
const LINE = 96;
/** of a chapter, beside its heading */
const PARAGRAPHS = 40;

export interface Corpus {
  readonly text: string;
  readonly expected: {
    readonly bytes: number;
    readonly sha256: string;
    readonly total: number;
    readonly distinct: number;
    readonly words: Readonly<Record<string, number>>;
  };
}

export function generateCorpus(): Corpus {
  const author = new Author(SEED);
  const paragraphs = [author.title('The Book of the Tide Gate')];
  for (let size = 0, chapter = 0; size < SIZE; ) {
    const heading = (paragraphs.length - 1) % (PARAGRAPHS + 1) === 0;
    const paragraph = heading ? author.title(`Chapter ${numeral(++chapter)}`) : author.paragraph();
    paragraphs.push(paragraph);
    size += paragraph.length + 2;
  }
  const text = `${paragraphs.join('\n\n')}\n`;
  const ordered = [...author.counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return {
    text,
    expected: {
      bytes: Buffer.byteLength(text),
      sha256: createHash('sha256').update(text).digest('hex'),
      total: ordered.reduce((sum, [, count]) => sum + count, 0),
      distinct: ordered.length,
      words: Object.fromEntries(ordered),
    },
  };
}

class Author {
  readonly counts = new Map<string, number>();
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  title(title: string): string {
    return title
      .split(' ')
      .map((word) => this.#say(word))
      .join(' ');
  }

  paragraph(): string {
    const sentences = Array.from({ length: 3 + this.#below(5) }, () => this.#sentence());
    return wrap(sentences.join(' '));
  }

  #sentence(): string {
    const spoken = this.#chance(0.12);
    const body = this.#clause();
    const more = this.#chance(0.45) ? `, ${this.#say(this.#one(CONJUNCTIONS))} ${this.#clause()}` : '';
    const sentence = capitalised(`${body}${more}`);
    if (!spoken) return `${sentence}.`;
    return `“${sentence},” ${this.#say('said')} ${this.#say(this.#one(NAMES))}.`;
  }

  #clause(): string {
    const parts = [this.#subject()];
    if (this.#chance(0.18)) parts.push(this.#say(this.#one(ADVERBS)));
    if (this.#chance(0.08)) parts.push(this.#say("didn't"), this.#say('know'), this.#noun());
    else if (this.#chance(0.62)) parts.push(this.#say(this.#one(TRANSITIVE)), this.#noun());
    else parts.push(this.#say(this.#one(INTRANSITIVE)));
    if (this.#chance(0.5)) parts.push(this.#say(this.#one(PREPOSITIONS)), this.#noun());
    return parts.join(' ');
  }

  #subject(): string {
    return this.#chance(0.3) ? this.#say(this.#one(NAMES)) : this.#noun();
  }

  #noun(): string {
    const parts = [this.#say(this.#one(DETERMINERS))];
    if (this.#chance(0.42)) parts.push(this.#say(this.#one(ADJECTIVES)));
    parts.push(this.#say(this.#one(NOUNS)));
    if (this.#chance(0.12)) parts.push(this.#say('of'), this.#say('the'), this.#say(this.#one(NOUNS)));
    return parts.join(' ');
  }

  /** Every word of the text passes here once. */
  #say(word: string): string {
    const key = word.toLowerCase();
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    return word;
  }

  /** The first words of a list more often than the last, as in any language. */
  #one(list: readonly string[]): string {
    const place = Math.floor(list.length ** this.#random() - 1 + this.#random());
    return list[Math.min(place, list.length - 1)] as string;
  }

  #chance(probability: number): boolean {
    return this.#random() < probability;
  }
  #below(bound: number): number {
    return Math.floor(this.#random() * bound);
  }

  /** mulberry32 */
  #random(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }
}

function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function wrap(text: string): string {
  let line = 0;
  return text
    .replaceAll(/(\S+)( |$)/g, (_match, word: string, space: string) => {
      const breaks = line > 0 && line + word.length > LINE;
      line = (breaks ? 0 : line) + word.length + 1;
      return `${breaks ? '\n' : ''}${word}${space}`;
    })
    .replaceAll(' \n', '\n');
}

function numeral(value: number): string {
  let rest = value;
  let written = '';
  for (const [size, letters] of [
    [50, 'L'],
    [40, 'XL'],
    [10, 'X'],
    [9, 'IX'],
    [5, 'V'],
    [4, 'IV'],
    [1, 'I'],
  ] as const) {
    for (; rest >= size; rest -= size) written += letters;
  }
  return written;
}

if (import.meta.main) {
  const { text, expected } = generateCorpus();
  writeFileSync(new URL('corpus.txt', import.meta.url), text);
  writeFileSync(new URL('expected.json', import.meta.url), `${JSON.stringify(expected, null, 2)}\n`);
}
