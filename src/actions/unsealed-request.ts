import { EffectError } from './action.ts';
import { mapStrings, replaceReferences, type Secrets } from './secrets.ts';

/** A request on its way out: secrets stand in it, so it is neither logged nor kept. */
export interface UnsealedRequest<R> {
  readonly request: R;
  /** The value with each secret of the request replaced by its reference again, in every string. */
  seal<T>(value: T): T;
  /** The same for an error; what is no EffectError is returned as it is. */
  sealError(error: unknown): unknown;
}

/** What is shorter is found in innocent texts too, so it is not sought in answers. */
const SHORTEST_SOUGHT = 6;

/**
 * Resolves the references in a request. With `named`, only those to secrets named there: a reference to another one
 * came with the data of an event and is text like any other. Rejects with SECRET_NOT_FOUND.
 */
export async function unseal<R extends { readonly url: string }>(
  sealed: R,
  secrets: Secrets,
  named: readonly string[] | undefined,
): Promise<UnsealedRequest<R>> {
  const references = new Set<string>();
  replaceReferences(sealed, (reference, name) => {
    if (named === undefined || named.includes(name)) references.add(reference);
    return reference;
  });
  if (references.size === 0) return { request: sealed, seal: (value) => value, sealError: (error) => error };
  const values = new Map<string, string>();
  for (const reference of references) values.set(reference, await secrets.resolve(reference));
  const insert = (reference: string) => values.get(reference) ?? reference;
  const url = unsealUrl(sealed.url, insert);
  const seal = sealing(values, sealed.url, url);
  return {
    request: { ...replaceReferences(sealed, insert), url },
    seal: (value) => (typeof value === 'symbol' ? value : (mapStrings(value, seal) as typeof value)),
    sealError: (error) =>
      error instanceof EffectError
        ? new EffectError(mapStrings(error.failure, seal) as typeof error.failure)
        : error,
  };
}

/** In the query a value is one parameter's, so it is percent-encoded; before it, it may bring several path segments. */
function unsealUrl(url: string, insert: (reference: string) => string): string {
  const query = url.indexOf('?');
  if (query < 0) return replaceReferences(url, insert);
  const encoded = (reference: string) => {
    const value = insert(reference);
    return value === reference ? value : encodeURIComponent(value);
  };
  return replaceReferences(url.slice(0, query), insert) + replaceReferences(url.slice(query), encoded);
}

function sealing(
  values: ReadonlyMap<string, string>,
  sealedUrl: string,
  url: string,
): (text: string) => string {
  const sought = new Map<string, string>();
  for (const [reference, value] of values) {
    // As it is, as it stands in a URL, and as it stands inside JSON text.
    for (const form of [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)]) {
      if (form.length >= SHORTEST_SOUGHT) sought.set(form, reference);
    }
  }
  // Messages about the connection name the host; where a secret brought it, it is part of the secret.
  if (URL.canParse(url)) {
    const { host, hostname } = new URL(url);
    const [reference = ''] = values.keys();
    if (!sealedUrl.toLowerCase().includes(hostname)) sought.set(host, reference).set(hostname, reference);
  }
  const longestFirst = [...sought].sort(([a], [b]) => b.length - a.length);
  return (text) =>
    longestFirst.reduce((sealed, [form, reference]) => sealed.replaceAll(form, () => reference), text);
}
