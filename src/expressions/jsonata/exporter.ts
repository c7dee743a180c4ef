import { Exhausted } from '../evaluation.ts';
import type { Evaluation } from './evaluation.ts';
import { FunctionValue, type List, Made } from './values.ts';

/** The value cannot leave the expression: a function, or a number that JSON has not. */
export class Unsupported {}

/**
 * Makes plain JSON of what an evaluation gave: what it made itself is copied, what it was handed is handed on. All of it counts
 * towards the bound on results, each time it occurs.
 */
export class Exporter {
  readonly #evaluation: Evaluation;
  readonly #sizes = new Map<object, number>();
  #size = 0;

  constructor(evaluation: Evaluation) {
    this.#evaluation = evaluation;
  }

  toJson(value: unknown): unknown {
    return this.#export(value, 0);
  }

  #export(value: unknown, level: number): unknown {
    this.#add(1);
    switch (typeof value) {
      case 'string':
        this.#add(value.length);
        return value;
      case 'number':
        if (!Number.isFinite(value)) throw new Unsupported();
        return value === 0 ? 0 : value;
      case 'boolean':
        return value;
      case 'object':
        return value === null ? null : this.#exportObject(value, level);
      default:
        throw new Unsupported();
    }
  }

  #exportObject(value: object, level: number): unknown {
    if (level >= this.#evaluation.limits.jsonDepth) throw new Exhausted('jsonDepth');
    if (value instanceof FunctionValue) throw new Unsupported();
    if (Array.isArray(value)) {
      if ((value as List).kind === undefined) return this.#handOn(value, level);
      const list = new Array<unknown>(value.length);
      for (let i = 0; i < value.length; i++)
        list[i] = value[i] === undefined ? null : this.#export(value[i], level + 1);
      return list;
    }
    if (!(value instanceof Made)) return this.#handOn(value, level);
    const object: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      if (value[key] === undefined) continue;
      this.#add(key.length);
      object[key] = this.#export(value[key], level + 1);
    }
    return object;
  }

  #handOn(value: object, level: number): object {
    let size = this.#sizes.get(value);
    if (size === undefined) {
      const before = this.#size;
      this.#measure(value, level);
      size = this.#size - before;
      this.#sizes.set(value, size);
    } else this.#add(size);
    return value;
  }

  #measure(value: unknown, level: number): void {
    this.#add(1);
    if (typeof value === 'string') this.#add(value.length);
    if (typeof value !== 'object' || value === null) return;
    if (level >= this.#evaluation.limits.jsonDepth) throw new Exhausted('jsonDepth');
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) this.#measure(value[i], level + 1);
      return;
    }
    for (const key of Object.keys(value)) {
      this.#add(key.length);
      this.#measure((value as Readonly<Record<string, unknown>>)[key], level + 1);
    }
  }

  #add(size: number): void {
    this.#size += size;
    if (this.#size > this.#evaluation.limits.expressionResult) throw new Exhausted('expressionResult');
  }
}
