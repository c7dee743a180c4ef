import { TidegateError } from '../model/errors.ts';
import { functionOf } from './task/arn.ts';

/** Where calls of a mapped resource go. `{name}` in a URL or a name stands for the resource's own name. */
export type ResourceTarget =
  | {
      readonly http: string;
      readonly method?: 'POST' | 'PUT' | 'PATCH' | 'GET' | 'DELETE';
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly function: string }
  | { readonly workflow: string }
  | ConnectionTarget;

/** What stands for an EventBridge connection: credentials by reference, never themselves. */
export interface ConnectionTarget {
  /** `secret://NAME`, sent as `Authorization: Bearer ...` unless one of the next two says otherwise. */
  readonly secret: string;
  /** Name of the header that takes the secret as it is. */
  readonly header?: string;
  /** User of basic authentication, whose password the secret is. */
  readonly basic?: string;
  /** Further headers; values may hold `secret://` references. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What can be called in the place of a function or an integration. */
export type CallTarget = Extract<ResourceTarget, { http: string } | { function: string }>;
export type WorkflowTarget = Extract<ResourceTarget, { workflow: string }>;

export interface MappedResource<Target extends ResourceTarget> {
  readonly target: Target;
  /** Of the resource: the last part of its ARN, without a qualifier. */
  readonly name: string;
}

interface Entry {
  readonly key: string;
  readonly target: ResourceTarget;
  readonly matches: (text: string) => boolean;
}

const isCall = (target: ResourceTarget): target is CallTarget => 'http' in target || 'function' in target;
const isWorkflow = (target: ResourceTarget): target is WorkflowTarget => 'workflow' in target;
const isConnection = (target: ResourceTarget): target is ConnectionTarget => 'secret' in target;

/**
 * Targets by ARN: exact, or with `*` for any text; also by the bare name of a Lambda function. An entry counts only where a
 * target of its kind can stand.
 */
export class ResourceMap {
  /** Exact ones first, then those with the most text of their own. */
  readonly #entries: readonly Entry[];

  constructor(targets: Readonly<Record<string, ResourceTarget>> = {}) {
    this.#entries = Object.entries(targets)
      .toSorted(([a], [b]) => rank(b) - rank(a) || (a < b ? -1 : 1))
      .map(([key, target]) => {
        const pieces = key.split('*');
        const test =
          pieces.length === 1 ? (text: string) => text === key : (text: string) => matches(pieces, text);
        return { key, target, matches: test };
      });
  }

  /** A function by its ARN, with or without qualifier, or by its name. */
  findFunction(given: string): MappedResource<CallTarget> | undefined {
    const { name, qualifier } = functionOf(given) ?? { name: given };
    const unqualified = qualifier === undefined ? given : given.slice(0, -qualifier.length - 1);
    const texts = new Set([given, unqualified, name]);
    if (!given.startsWith('arn:')) {
      for (const { key } of this.#entries) if (functionOf(key)?.name === name) texts.add(key);
      texts.add(`arn:aws:lambda:*:*:function:${name}`);
    }
    return this.#find([...texts], name, isCall);
  }

  /** An integration `arn:aws:states:::SERVICE:ACTION`, only by entries that say so much. */
  findIntegration(arn: string): MappedResource<CallTarget> | undefined {
    return this.#find([arn], nameOf(arn), isCall, ({ key }) => /^arn:[^:*]+:states:::/.test(key));
  }

  findStateMachine(arn: string): MappedResource<WorkflowTarget> | undefined {
    return this.#find([arn], nameOf(arn), isWorkflow);
  }

  findConnection(arn: string): MappedResource<ConnectionTarget> | undefined {
    return this.#find([arn], nameOf(arn), isConnection);
  }

  #find<Target extends ResourceTarget>(
    texts: readonly string[],
    name: string,
    isOfKind: (target: ResourceTarget) => target is Target,
    counts: (entry: Entry) => boolean = () => true,
  ): MappedResource<Target> | undefined {
    for (const entry of this.#entries) {
      const { target } = entry;
      if (isOfKind(target) && counts(entry) && texts.some(entry.matches)) return { target, name };
    }
    return undefined;
  }
}

function rank(key: string): number {
  return key.includes('*') ? key.replaceAll('*', '').length : Number.MAX_SAFE_INTEGER;
}

/** Whether the pieces stand in the text in their order, the first at its beginning and the last at its end. */
function matches(pieces: readonly string[], text: string): boolean {
  const first = pieces[0]!;
  const last = pieces.at(-1)!;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last))
    return false;
  let from = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const at = text.indexOf(piece, from);
    if (at < 0 || at + piece.length > text.length - last.length) return false;
    from = at + piece.length;
  }
  return true;
}

function nameOf(arn: string): string {
  return arn.slice(Math.max(arn.lastIndexOf(':'), arn.lastIndexOf('/')) + 1);
}

/** The target's text with the resource's name in the place of `{name}`. */
export function withName(
  text: string,
  name: string,
  encode: (name: string) => string = (same) => same,
): string {
  return text.replaceAll('{name}', () => encode(name));
}

const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  http: ['http', 'method', 'headers'],
  function: ['function'],
  workflow: ['workflow'],
  secret: ['secret', 'header', 'basic', 'headers'],
};
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Reads what a resource file holds. Throws INVALID_CONFIGURATION that names the entry at fault and what is wrong with it. */
export function readResourceMap(value: unknown, file: string): ResourceMap {
  if (!isObject(value)) throw invalid(file, '', 'must hold an object of targets by ARN or function name');
  for (const [key, target] of Object.entries(value)) {
    const fault = faultOf(target);
    if (fault !== undefined) throw invalid(file, key, fault);
  }
  return new ResourceMap(value as Readonly<Record<string, ResourceTarget>>);
}

function faultOf(target: unknown): string | undefined {
  const kinds = Object.keys(MEMBERS);
  if (!isObject(target)) return `must be an object with one of ${kinds.join(', ')}`;
  const given = kinds.filter((kind) => target[kind] !== undefined);
  if (given.length !== 1) return `needs one of ${kinds.join(', ')}, and has ${given.join(' and ') || 'none'}`;
  const kind = given[0]!;
  const unknown = Object.keys(target).find((member) => !MEMBERS[kind]!.includes(member));
  if (unknown !== undefined) return `has "${unknown}", which a target by \`${kind}\` does not take`;
  for (const [member, said] of Object.entries(target)) {
    if (member === 'headers') {
      if (!isObject(said) || Object.values(said).some((each) => typeof each !== 'string'))
        return 'has `headers` that are no object of texts';
    } else if (typeof said !== 'string' || said === '') return `has a \`${member}\` that is no text`;
  }
  return textFaultOf(kind, target as Record<string, string>);
}

function textFaultOf(kind: string, target: Readonly<Record<string, string>>): string | undefined {
  if (kind === 'http' && !/^(https?:\/\/|secret:\/\/)/.test(target.http!))
    return 'has an `http` that is no http or https URL';
  if (target.method !== undefined && !METHODS.includes(target.method))
    return `has a \`method\` that is none of ${METHODS.join(', ')}`;
  if (kind === 'secret' && !target.secret!.startsWith('secret://'))
    return 'has a `secret` that does not begin with secret://; credentials themselves do not belong here';
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(file: string, key: string, why: string): TidegateError {
  const place = key === '' ? '' : ` "${key}"`;
  const pointer = key === '' ? '' : `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  return new TidegateError('INVALID_CONFIGURATION', `the resource file ${file}:${place} ${why}`, {
    place: { pointer },
  });
}
