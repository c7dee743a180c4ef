import type { Node, TransformNode } from './ast.ts';
import { clone } from './clone.ts';
import type { Compiler } from './compiler.ts';
import type { Closure, Evaluation, Frame } from './evaluation.ts';
import { Fault } from './fault.ts';
import { parseSignature } from './signature.ts';
import { apply, FunctionValue, HOLE, isEvery, isObject, Made, setMember } from './values.ts';

interface Change {
  readonly pattern: Closure;
  readonly update: Closure;
  readonly updatePosition: number | undefined;
  readonly remove: Closure | undefined;
  readonly removePosition: number | undefined;
  readonly position: number | undefined;
}

const SIGNATURE = parseSignature('<(oa):o>');

/** `|place|update, delete|`: a function that gives a copy of its argument, changed. */
export function compileTransform(compiler: Compiler, node: TransformNode): Closure {
  const part = (each: Node | undefined) => each && compiler.compile(each);
  const change: Change = {
    pattern: compiler.compile(node.pattern),
    update: compiler.compile(node.update),
    updatePosition: node.update.position,
    remove: part(node.delete),
    removePosition: node.delete?.position,
    position: node.position,
  };
  return (evaluation, _, frame) => {
    evaluation.steps--;
    return new Transform(change, frame);
  };
}

class Transform extends FunctionValue {
  readonly arity = 1;
  readonly #change: Change;
  readonly #frame: Frame;

  constructor(change: Change, frame: Frame) {
    super();
    this.#change = change;
    this.#frame = frame;
  }

  call(evaluation: Evaluation, args: readonly unknown[], input: unknown): unknown {
    const [value] = SIGNATURE.fit(evaluation, args, input);
    if (value === undefined) return undefined;
    evaluation.enter(3);
    const copy = this.#copy(evaluation, value);
    const found = this.#change.pattern(evaluation, copy, this.#frame);
    const places = found === undefined ? [] : Array.isArray(found) ? found : [found];
    for (const place of places) {
      evaluation.charge(1);
      this.#alter(evaluation, place);
    }
    evaluation.leave(3);
    return copy;
  }

  partial(args: readonly unknown[]): FunctionValue {
    return args[0] === HOLE ? this : new Constant(this, args[0]);
  }

  /** The expression may have a `$clone` of its own. */
  #copy(evaluation: Evaluation, value: unknown): unknown {
    const own = this.#frame.find('clone')?.value ?? evaluation.bindings['clone'];
    if (own === undefined) return clone(evaluation, value);
    if (!(own instanceof FunctionValue)) throw new Fault('T2013', { position: this.#change.position });
    return apply(evaluation, own, [value], null);
  }

  #alter(evaluation: Evaluation, place: unknown): void {
    const { update, updatePosition, remove, removePosition } = this.#change;
    if (place instanceof FunctionValue) throw new Fault('D1010', { position: this.#change.position });
    // Only what this evaluation made may be changed; the pattern may as well have found something else.
    const target = place instanceof Made ? place : new Made();
    const changes = update(evaluation, place, this.#frame);
    if (changes !== undefined) {
      if (!isObject(changes)) throw new Fault('T2011', { value: changes, position: updatePosition });
      for (const key of Object.keys(changes)) setMember(target, key, changes[key]);
    }
    const names = remove?.(evaluation, place, this.#frame);
    if (names === undefined) return;
    const list: readonly unknown[] = Array.isArray(names) ? names : [names];
    if (!isEvery(list, (name) => typeof name === 'string')) {
      throw new Fault('T2012', { value: names, position: removePosition });
    }
    for (const name of list) delete target[name as string];
  }
}

class Constant extends FunctionValue {
  readonly arity = 0;
  readonly #transform: Transform;
  readonly #value: unknown;
  constructor(transform: Transform, value: unknown) {
    super();
    this.#transform = transform;
    this.#value = value;
  }
  call(evaluation: Evaluation, _: readonly unknown[], input: unknown): unknown {
    return this.#transform.call(evaluation, [this.#value], input);
  }
  partial(): FunctionValue {
    return this;
  }
}
