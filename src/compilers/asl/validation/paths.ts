import { type Check, requireText } from './fields.ts';
import type { Here } from './inspection.ts';
import { quoted } from './json-type.ts';
import type { Place } from './place.ts';
import { noteVariables } from './references.ts';

/** Intrinsics that can answer a text. */
const TEXT_INTRINSICS = new Set([
  'States.ArrayGetItem',
  'States.Base64Decode',
  'States.Base64Encode',
  'States.Format',
  'States.Hash',
  'States.JsonToString',
  'States.UUID',
]);

/** `InputPath`, `OutputPath`, `ItemsPath`. */
export const path: Check = (value, at, here) => {
  if (!requireText(value, at, here)) return;
  const { fault, variables } = here.inspection.expressions.path(value);
  if (fault === undefined) noteVariables(variables, at, here);
  else badPath(value, fault, at, here);
};

/** A path, or null for an empty object. */
export const pathOrNull: Check = (value, at, here) => {
  if (value !== null) path(value, at, here);
};

/** A path that selects one place at most, by names and indexes alone: `SecondsPath`, `Variable`, ... */
export const singlePath: Check = (value, at, here) => {
  if (!requireText(value, at, here)) return;
  const { fault, single, variables } = here.inspection.expressions.path(value);
  if (fault !== undefined) badReference(value, fault, at, here);
  else if (!single) badReference(value, 'only single names and indexes stand in it', at, here);
  else noteVariables(variables, at, here);
};

/** Where a result is put in the input; null throws it away. */
export const resultPath: Check = (value, at, here) => {
  if (value === null) return;
  if (!requireText(value, at, here, 'a string or null')) return;
  const { fault } = here.inspection.expressions.reference(value);
  if (fault !== undefined) badReference(value, fault, at, here);
};

/** `ErrorPath`, `CausePath`. */
export const textPath: Check = (value, at, here) => {
  if (!requireText(value, at, here)) return;
  const { fault, variables } = here.inspection.expressions.pathOrIntrinsic(value);
  const intrinsic = /^(States\.\w+)/.exec(value)?.[1];
  if (fault !== undefined) badPath(value, fault, at, here);
  else if (intrinsic !== undefined && !TEXT_INTRINSICS.has(intrinsic)) {
    badPath(value, `${intrinsic} does not give a text`, at, here);
  } else noteVariables(variables, at, here);
};

function badPath(value: string, fault: string, at: Place, here: Here): void {
  here.findings.error('ASL_PATH', at, `not a path: ${about(value, fault)}`, {
    service: { message: 'Value must be a valid JSONPath.' },
  });
}

function badReference(value: string, fault: string, at: Place, here: Here): void {
  const reason = value.startsWith('$') ? fault : "Reference path didn't start with '$'";
  here.findings.error('ASL_REFERENCE_PATH', at, `not a reference path: ${about(value, fault)}`, {
    service: { message: `Value is not a Reference Path: ${reason}` },
  });
}

/** Faults of the parser quote the path already. */
function about(value: string, fault: string): string {
  return fault.startsWith('"') ? fault : `${quoted(value)}: ${fault}`;
}
