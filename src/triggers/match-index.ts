import type { CloudEvent } from '../model/cloud-event.ts';
import type { ActivationEvent } from '../model/documents.ts';

/** True when the rest of an activation (its CEL filter) accepts the event. */
export type EventFilter = (event: CloudEvent) => boolean;

interface Entry<T> {
  readonly target: T;
  readonly filter: EventFilter | undefined;
  /** The target has several activations, so one event may meet it twice. */
  readonly shared: boolean;
}

/** Entries of one (type, subject pattern): those with a source are found by it, never scanned. */
class Bucket<T> {
  anySource: Entry<T>[] = [];
  bySource: Map<string, Entry<T>[]> | undefined;

  add(source: string | undefined, entry: Entry<T>): void {
    if (source === undefined) {
      this.anySource.push(entry);
      return;
    }
    this.bySource ??= new Map();
    const entries = this.bySource.get(source);
    if (entries === undefined) this.bySource.set(source, [entry]);
    else entries.push(entry);
  }

  remove(source: string | undefined, target: T): void {
    if (source === undefined) {
      this.anySource = this.anySource.filter((entry) => entry.target !== target);
      return;
    }
    const left = (this.bySource?.get(source) ?? []).filter((entry) => entry.target !== target);
    if (left.length > 0) this.bySource?.set(source, left);
    else this.bySource?.delete(source);
  }

  get empty(): boolean {
    return this.anySource.length === 0 && (this.bySource === undefined || this.bySource.size === 0);
  }

  collect(event: CloudEvent, found: T[]): void {
    if (this.anySource.length > 0) accept(this.anySource, event, found);
    const bySource = this.bySource?.get(event.source);
    if (bySource !== undefined) accept(bySource, event, found);
  }
}

/** One token of a wildcard subject; `*` and `>` are children like any other. */
class TokenNode<T> {
  children: Map<string, TokenNode<T>> | undefined;
  bucket: Bucket<T> | undefined;

  child(token: string): TokenNode<T> {
    this.children ??= new Map();
    let node = this.children.get(token);
    if (node === undefined) {
      node = new TokenNode();
      this.children.set(token, node);
    }
    return node;
  }

  /** Takes the way of `tokens` back as far as nothing else needs it. True when this node can go too. */
  prune(tokens: readonly string[], depth: number): boolean {
    const token = tokens[depth];
    if (token === undefined) this.bucket = undefined;
    else if (this.children?.get(token)?.prune(tokens, depth + 1)) this.children.delete(token);
    return this.bucket === undefined && (this.children === undefined || this.children.size === 0);
  }

  collect(tokens: readonly string[], depth: number, event: CloudEvent, found: T[]): void {
    if (depth === tokens.length) {
      this.bucket?.collect(event, found);
      return;
    }
    if (this.children === undefined) return;
    this.children.get('>')?.bucket?.collect(event, found);
    const token = tokens[depth]!;
    // An event's own subject may hold a wildcard: the node of that name is looked at anyway.
    if (token !== '*' && token !== '>') {
      this.children.get(token)?.collect(tokens, depth + 1, event, found);
    }
    this.children.get('*')?.collect(tokens, depth + 1, event, found);
  }
}

interface TypeNode<T> {
  readonly exact: Map<string, Bucket<T>>;
  /** Activations without a subject. */
  any: Bucket<T> | undefined;
  wildcards: TokenNode<T> | undefined;
}

/**
 * Finds the targets an event activates: exact type and subject, then subject wildcards, then source, then filter.
 * The cost depends on the event's own tokens and on what matches, not on how many activations are registered.
 */
export class MatchIndex<T> {
  readonly #types = new Map<string, TypeNode<T>>();
  #buckets = 0;

  /** Different pairs of type and subject pattern that have activations. */
  get size(): number {
    return this.#buckets;
  }

  /** `shared` says that the target is added under more than one activation. */
  add(activation: ActivationEvent, target: T, filter: EventFilter | undefined, shared: boolean): void {
    this.#bucket(activation).add(activation.source, { target, filter, shared });
  }

  remove(activation: ActivationEvent, target: T): void {
    const bucket = this.#find(activation);
    if (bucket === undefined) return;
    bucket.remove(activation.source, target);
    if (bucket.empty) this.#prune(activation);
  }

  /** Appends to `found` each target once, in no promised order. */
  match(event: CloudEvent, found: T[]): void {
    const node = this.#types.get(event.type);
    if (node === undefined) return;
    const subject = event.subject;
    if (subject !== undefined) {
      node.exact.get(subject)?.collect(event, found);
      node.wildcards?.collect(subject.split('.'), 0, event, found);
    }
    node.any?.collect(event, found);
  }

  #bucket({ type, subject }: ActivationEvent): Bucket<T> {
    let node = this.#types.get(type);
    if (node === undefined) {
      node = { exact: new Map(), any: undefined, wildcards: undefined };
      this.#types.set(type, node);
    }
    if (subject === undefined) {
      node.any ??= this.#newBucket();
      return node.any;
    }
    if (hasWildcard(subject)) {
      node.wildcards ??= new TokenNode();
      let token = node.wildcards;
      for (const part of subject.split('.')) token = token.child(part);
      token.bucket ??= this.#newBucket();
      return token.bucket;
    }
    let bucket = node.exact.get(subject);
    if (bucket === undefined) {
      bucket = this.#newBucket();
      node.exact.set(subject, bucket);
    }
    return bucket;
  }

  #newBucket(): Bucket<T> {
    this.#buckets++;
    return new Bucket();
  }

  #find({ type, subject }: ActivationEvent): Bucket<T> | undefined {
    const node = this.#types.get(type);
    if (subject === undefined || node === undefined) return node?.any;
    if (!hasWildcard(subject)) return node.exact.get(subject);
    let token = node.wildcards;
    for (const part of subject.split('.')) token = token?.children?.get(part);
    return token?.bucket;
  }

  /** Lets go of an empty bucket, so that triggers that come and go leave nothing behind. */
  #prune({ type, subject }: ActivationEvent): void {
    const node = this.#types.get(type)!;
    this.#buckets--;
    if (subject === undefined) node.any = undefined;
    else if (!hasWildcard(subject)) node.exact.delete(subject);
    else if (node.wildcards?.prune(subject.split('.'), 0)) node.wildcards = undefined;
    if (node.any === undefined && node.wildcards === undefined && node.exact.size === 0) {
      this.#types.delete(type);
    }
  }
}

/** `*` or `>` standing alone as a token. */
export function hasWildcard(subject: string): boolean {
  return /(^|\.)(\*|>)(\.|$)/.test(subject);
}

/** True when `subject` fits `pattern`; for the few places that test one pattern, such as a sequence's steps. */
export function subjectMatches(pattern: string | undefined, subject: string | undefined): boolean {
  if (pattern === undefined) return true;
  if (subject === undefined) return false;
  if (!hasWildcard(pattern)) return pattern === subject;
  const wanted = pattern.split('.');
  const tokens = subject.split('.');
  for (let i = 0; i < wanted.length; i++) {
    if (wanted[i] === '>') return i === wanted.length - 1 && tokens.length > i;
    if (i >= tokens.length || (wanted[i] !== '*' && wanted[i] !== tokens[i])) return false;
  }
  return tokens.length === wanted.length;
}

function accept<T>(entries: readonly Entry<T>[], event: CloudEvent, found: T[]): void {
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i]!;
    if (entry.filter !== undefined && !entry.filter(event)) continue;
    if (entry.shared && found.includes(entry.target)) continue;
    found.push(entry.target);
  }
}
