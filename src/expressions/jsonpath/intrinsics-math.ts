import { type Apply, intrinsic } from './intrinsic-row.ts';

const random: Apply = ([first, last, seed], call) => {
  const start = call.integer(first, 'the first argument');
  const end = call.integer(last, 'the second argument');
  if (end <= start) call.fail(`the second argument must be greater than the first: ${start}, ${end}`);
  const draw =
    seed === undefined ? call.scope.random() : seededDraw(call.integer(seed, 'the third argument'));
  return start + Math.floor(draw * (end - start));
};

/** One draw in [0,1) that depends on nothing but the seed: a round of splitmix over its low 32 bits and its high ones. */
function seededDraw(seed: number): number {
  const high = Math.floor(seed / 2 ** 32) | 0;
  return (mix(seed ^ mix(high)) >>> 0) / 2 ** 32;
}

function mix(value: number): number {
  let bits = (value + 0x9e3779b9) | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
  bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
  return bits ^ (bits >>> 15);
}

const add: Apply = ([first, second], call) => {
  const sum = call.integer(first, 'the first argument') + call.integer(second, 'the second argument');
  return call.integer(sum, 'the sum');
};

export const MATH_INTRINSICS = [
  intrinsic('MathRandom', 2, 3, random),
  intrinsic('MathAdd', 2, 2, add),
] as const;
