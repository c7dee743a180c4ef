import { type AnyQuery, type ItemsQuery, isQuery, QUERY, type Query } from '../../../expressions/index.ts';

/** The template with every query in it changed, those inside the queries of items too. `text`: changes strings outside queries. */
export function mapQueries(
  template: unknown,
  change: (query: Query) => Query,
  text: (value: string) => string = (value) => value,
): unknown {
  if (typeof template === 'string') return text(template);
  if (typeof template !== 'object' || template === null) return template;
  if (Array.isArray(template)) return template.map((each) => mapQueries(each, change, text));
  if (isQuery(template)) return { [QUERY]: changed(template[QUERY] as AnyQuery, change) };
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) => [key, mapQueries(value, change, text)]),
  );
}

function changed(query: AnyQuery, change: (query: Query) => Query): AnyQuery {
  if (query.language !== 'items') return change(query);
  const { items, select, batch } = query;
  const { maxItems, maxBytes, input } = batch ?? {};
  return {
    language: 'items',
    items: change(items),
    ...(select && { select: change(select) }),
    ...(batch && {
      batch: {
        ...(maxItems && { maxItems: change(maxItems) }),
        ...(maxBytes && { maxBytes: change(maxBytes) }),
        ...(input && { input: change(input) }),
      },
    }),
  } satisfies ItemsQuery;
}

/** The query that the template is; undefined for one that holds none, or holds it deeper. */
export function queryOf(template: unknown): AnyQuery | undefined {
  const is = typeof template === 'object' && template !== null && isQuery(template);
  return is ? (template[QUERY] as AnyQuery) : undefined;
}
