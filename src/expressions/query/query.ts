/**
 * A value computed by the query language of a state: `{"$query": Query}` anywhere in an action's template. A dialect's
 * compiler makes them; what they say is what the state's fields say.
 */
export type Query = JsonPathQuery | JsonataQuery;
export type AnyQuery = Query | ItemsQuery;

/**
 * Where a query begins. `input`: what the state was entered with. `result`: what its work gave, `results`: what its scopes
 * gave, `error`: how it failed; what it was entered with is then what its token kept, and `held` is that. `value`: what a
 * fork gave its scopes as `input`.
 */
export type QuerySource = 'input' | 'result' | 'results' | 'error' | 'held' | 'value';

/** What must be true of the value; otherwise the state fails with the text that is usual for the field. */
export interface Requirement {
  readonly kind: RequirementKind;
  /** The field, as error texts name it. */
  readonly field: string;
  /** The path or expression that stood there. */
  readonly text: string;
}
export type RequirementKind =
  | 'items'
  | 'boolean'
  | 'integer'
  | 'signed-integer'
  | 'float'
  | 'percentage'
  | 'seconds'
  | 'positive-seconds'
  | 'timestamp'
  | 'text';

export interface JsonPathQuery {
  readonly language: 'JSONPath';
  readonly from: QuerySource;
  /** Applied one after the other. */
  readonly steps: readonly JsonPathStep[];
  readonly require?: Requirement;
  /** The number is multiplied by it: seconds become milliseconds. */
  readonly scale?: number;
  /** It goes on to the next state or into variables: it must be within the limits of a payload. */
  readonly payload?: boolean;
  /** What `$$` is, where it is not made from the run. */
  readonly contextObject?: unknown;
}

export type JsonPathStep =
  /** A path or an intrinsic; null: an empty object. */
  | { readonly select: string | null; readonly field: string }
  /** A payload template. */
  | { readonly build: unknown; readonly field: string }
  /** A reference path into what the state was entered with; null: the value is thrown away. */
  | { readonly put: string | null; readonly field: string }
  /** A member of the value, or null. `isSaid`: an empty text, such as the cause of a time-out, is none. */
  | { readonly member: string; readonly isSaid?: true }
  | { readonly constant: unknown };

export interface JsonataQuery {
  readonly language: 'JSONata';
  readonly from: QuerySource;
  /** JSON whose strings `{% ... %}` are expressions. */
  readonly template: unknown;
  readonly field: string;
  readonly require?: Requirement;
  readonly scale?: number;
  /** It goes on to the next state or into variables: it must be within the limits of a payload. */
  readonly payload?: boolean;
  /** What `$states.context` is, where it is not made from the run. */
  readonly contextObject?: unknown;
}

/** The items of a Map whose selector is applied to each before they are put into batches. */
export interface ItemsQuery {
  readonly language: 'items';
  readonly items: Query;
  readonly select?: Query;
  readonly batch?: {
    readonly maxItems?: Query;
    readonly maxBytes?: Query;
    /** Goes with every batch, as `BatchInput`. */
    readonly input?: Query;
  };
}

/** The key under which a template holds a query. */
export const QUERY = '$query';

/** Whether an object in a template stands for a value to be computed. */
export function isQuery(value: object): value is { readonly [QUERY]: unknown } {
  return Object.hasOwn(value, QUERY);
}
