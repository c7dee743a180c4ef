import { TidegateError } from './errors.ts';
import { NAME_PATTERN, RUN_ID_PATTERN } from './run.ts';

/**
 * The names of AWS Step Functions and those of Tidegate. A service name (of a state machine or an execution) may hold
 * characters that a workflow name or a run id may not, such as `'` or `é`; each of those becomes `.xHH` or `.uHHHH` (its
 * UTF-16 code unit in lower-case hexadecimal). A dot that would begin such a sequence by chance becomes `.x2e`, and a name
 * that would begin with a character that may not stand first is put behind `_.`. Both directions are one to one: every
 * workflow has exactly one service name and the other way round, and names of letters, digits, `_`, `-` are the same.
 */
const PLAIN_WORKFLOW = /[A-Za-z0-9_.-]/;
const PLAIN_RUN = /[A-Za-z0-9_.:~=@+-]/;
const WORKFLOW_NAME = new RegExp(NAME_PATTERN);
const RUN_ID = new RegExp(RUN_ID_PATTERN);

/** Characters of a name at most. */
const LONGEST_NAME = 80;
// biome-ignore lint/suspicious/noControlCharactersInRegex: names must not hold them
const FORBIDDEN = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f\ud800-\udfff\ufffe\uffff]/;

/** Whether the service takes it for the name of a state machine, an execution or an activity. */
export function isServiceName(name: string): boolean {
  return name !== '' && name.length <= LONGEST_NAME && !FORBIDDEN.test(name);
}

const ESCAPE_TAIL = /^(?:x2e)*(?:x([0-9a-f]{2})|u([0-9a-f]{4}))/;
const LEADING = /^(?:_\.)*[^A-Za-z0-9_]/;
const LED = /^_\.(?:_\.)*[^A-Za-z0-9_]/;

/**
 * The workflow that stands for the state machine `name`. Throws INVALID_PARAMETER when the escaped name is longer than a
 * workflow name may be (128 characters; at most 21 characters beyond ASCII always fit).
 */
export function workflowOfStateMachine(name: string): string {
  return fitting(escapeName(name, PLAIN_WORKFLOW), WORKFLOW_NAME, name);
}
/** The state machine name of a workflow. */
export function stateMachineOfWorkflow(workflow: string): string {
  return unescapeName(workflow, PLAIN_WORKFLOW);
}

/** The run that stands for the execution `name`. Throws INVALID_PARAMETER when the escaped name is longer than a run id may be. */
export function runOfExecution(name: string): string {
  return fitting(escapeName(name, PLAIN_RUN), RUN_ID, name);
}
/** The execution name of a run; of an EXPRESS execution it includes `:` and the execution's own id (see step-functions-arns.ts). */
export function executionOfRun(run: string): string {
  return unescapeName(run, PLAIN_RUN);
}

function escapeName(name: string, plain: RegExp): string {
  let escaped = '';
  for (let at = 0; at < name.length; at += 1) {
    const unit = name[at] as string;
    const byChance = unit === '.' && escapes(name.slice(at + 1), plain);
    escaped += plain.test(unit) && !byChance ? unit : escapeOf(unit.charCodeAt(0));
  }
  return LEADING.test(escaped) ? `_.${escaped}` : escaped;
}

function unescapeName(text: string, plain: RegExp): string {
  const escaped = LED.test(text) ? text.slice(2) : text;
  let name = '';
  for (let at = 0; at < escaped.length; at += 1) {
    const unit = escaped[at] as string;
    const tail = unit === '.' ? escaped.slice(at + 1) : '';
    if (!escapes(tail, plain)) {
      name += unit;
      continue;
    }
    const length = tail[0] === 'x' ? 3 : 5;
    name += String.fromCharCode(Number.parseInt(tail.slice(1, length), 16));
    at += length;
  }
  return name;
}

/** Whether `tail`, behind a dot, is read as an escape: of a character that needs one, or of a dot before such a text. */
function escapes(tail: string, plain: RegExp): boolean {
  const match = ESCAPE_TAIL.exec(tail);
  if (match === null) return false;
  const code = Number.parseInt((match[1] ?? match[2]) as string, 16);
  const shortest = match[1] !== undefined || code > 0xff;
  return shortest && !plain.test(String.fromCharCode(code));
}

function escapeOf(code: number): string {
  return code > 0xff ? `.u${code.toString(16).padStart(4, '0')}` : `.x${code.toString(16).padStart(2, '0')}`;
}

function fitting(escaped: string, pattern: RegExp, name: string): string {
  if (pattern.test(escaped)) return escaped;
  throw new TidegateError(
    'INVALID_PARAMETER',
    `the name ${JSON.stringify(name.slice(0, 80))} needs ${escaped.length} characters once it is escaped; 128 are the most`,
  );
}
