import { type Apply, intrinsic } from './intrinsic-row.ts';
import type { ArgumentSyntax } from './intrinsic-syntax.ts';
import type { Invocation } from './invocation.ts';
import { interpolated } from './json-text.ts';

/** States.Format with a template that is written out knows its pieces; any other is cut at every `{}`. */
export function compileFormat(template: ArgumentSyntax): Apply {
  const pieces = template.kind === 'value' ? template.pieces : undefined;
  if (pieces === undefined) return format;
  return (values, call) => fill(pieces, values, call);
}

const format: Apply = (values, call) => {
  const template = call.string(values[0], 'the first argument');
  call.budget.characters(template.length);
  return fill(template.split('{}'), values, call);
};

function fill(pieces: readonly string[], values: readonly unknown[], call: Invocation): string {
  if (pieces.length !== values.length) {
    call.fail(
      `the template has ${pieces.length - 1} occurrences of {}, but there are ${values.length - 1} arguments for them`,
    );
  }
  let text = pieces[0]!;
  for (let i = 1; i < pieces.length; i++) {
    text += interpolated(values[i], call.budget) + pieces[i]!;
    if (text.length > call.budget.limits.expressionResult) throw call.budget.exceeded('expressionResult');
  }
  call.budget.characters(text.length);
  return text;
}

/** Every character of the second argument separates; empty parts are dropped. */
const split: Apply = ([value, characters], call) => {
  const text = call.string(value, 'the first argument');
  const separators = new Set(call.string(characters, 'the second argument'));
  call.budget.requireResult(text.length);
  const parts: string[] = [];
  let part = '';
  for (const character of text) {
    if (!separators.has(character)) {
      part += character;
    } else if (part !== '') {
      parts.push(part);
      part = '';
    }
  }
  if (part !== '') parts.push(part);
  return parts;
};

export const TEXT_INTRINSICS = [
  intrinsic('Format', 1, Number.POSITIVE_INFINITY, format),
  intrinsic('StringSplit', 2, 2, split),
] as const;
