import Type from 'typebox'
import type { Field } from '../fields/field.ts'
import { pageLength } from '../http/id-page.ts'
import { mostBefore } from '../records/list/page-number.ts'
import { countKinds } from '../records/query/count.ts'
import { enumOf, listText, noSpaces, wrongNames } from '../schema/build.ts'

/** The default number of items on a page. */
export const defaultLimit = pageLength.default

const limit = Type.Integer({
  minimum: 1,
  maximum: pageLength.most,
  default: defaultLimit,
  description: 'Maximum number of items per page.',
})
const cursor = Type.String({
  maxLength: 1_000_000,
  description:
    'Cursor of the page to return: `page.next` or `page.prev` of another page. It includes the filter and the sort order.',
})
const page = Type.Integer({
  minimum: 1,
  maximum: Number.MAX_SAFE_INTEGER,
  description: `Number of the page, from 1, among the first ${mostBefore} items. Beyond them, and wherever possible, follow \`page.next\`: pages by number shift when items are added.`,
})
const count = enumOf([...countKinds], {
  default: 'none',
  description:
    '`exact` counts the items within a time limit (`total` is null if it is exceeded). `estimated` returns an estimate of the query planner.',
})
/** The time zone of days and date words. */
export const timeZone = Type.String({
  ...noSpaces,
  maxLength: 60,
  description: "Time zone of dates and of words such as `today`. Default: the caller's time zone.",
  examples: ['Europe/Moscow'],
})
/** A parameter with names of fields, separated by commas. */
export const fieldsText = Type.String(listText)

/** The parameters that lists have in a URL and in a body. */
export const pageParts = { limit, cursor, page, count, timeZone }

/** Returns the description of a sort order. `key` is the field that identifies an item. */
export function sortNote(defaultSort: string, key = 'id'): string {
  return `Fields to sort by, most important first. Prefix with \`-\` for descending order. Empty values come last in both orders. \`given\` is the order of the ${key}s in \`filter[${key}][in]\`; \`missing\` then names those that were not found. Default: \`${defaultSort}\`.`
}

/** Returns a query parameter with a list of names, as the API document shows it. */
export function namesParameter(
  name: 'sort' | 'fields' | 'expand',
  description: string,
  example: string[],
  names: object,
) {
  const schema = { type: 'array', items: names }
  return { name, in: 'query', style: 'form', explode: false, description, example, schema }
}

/** Returns the maximum number of items of a list that has all of them on one page by default. */
export function limitUpTo(most: number) {
  return Type.Integer({
    minimum: 1,
    maximum: most,
    default: most,
    description: 'Maximum number of items per page. Default: all items.',
  })
}

/** The query parameters of a list with a fixed order and fixed fields. */
export const fixedOrderQuery = {
  limit,
  cursor: Type.Optional(cursor),
  count: Type.Optional(count),
  timeZone: Type.Optional(timeZone),
}

/** The query parameters of every list that is filtered and sorted by its fields. The document names the fields. */
export const listQuery = {
  sort: Type.Optional(Type.String({ maxLength: 500, ...listText })),
  fields: Type.Optional(fieldsText),
  page: Type.Optional(page),
  ...fixedOrderQuery,
}

/** What other APIs call the parameters of a list. */
const otherNames: Readonly<Record<string, string>> = {
  ...{ pageNumber: 'page', page_number: 'page' },
  ...{ offset: 'cursor', skip: 'cursor', start: 'cursor', after: 'cursor', next: 'cursor' },
  ...{ perPage: 'limit', per_page: 'limit', pageSize: 'limit', page_size: 'limit', size: 'limit', take: 'limit' },
  ...{ order: 'sort', orderBy: 'sort', order_by: 'sort', sortBy: 'sort', search: 'q', query: 'q', select: 'fields' },
  ...{ 'page[number]': 'page', 'page[size]': 'limit', 'page[limit]': 'limit', 'page[cursor]': 'cursor' },
  ...{ _page: 'page', _limit: 'limit', _start: 'cursor', _sort: 'sort', _expand: 'expand', _embed: 'expand' },
  ...{ include: 'expand', embed: 'expand', where: 'filter[field]', filters: 'filter[field]' },
}

/** Names the right parameters of a list to callers who write those of another API. */
export function hintedNames(known: object, conditions: readonly (readonly [string, string])[] = []) {
  const others = Object.entries(otherNames).filter(([, meant]) => Object.hasOwn(known, meant))
  const hinted = [...conditions, ...others].filter(([name]) => !Object.hasOwn(known, name))
  return wrongNames(Object.fromEntries(hinted))
}

/**
 * Allows parameters such as `filter[amount][gte]`, whose names no schema can list. The API document shows them as one
 * parameter, `filter`.
 */
export function withFilter<T extends { properties?: object }>(query: T): T {
  return withFields(query, [])
}

/** Allows filters, and names the right parameter to callers who write a field of a fixed list without `filter`. */
export function withFields<T extends { properties?: object }>(query: T, fields: Iterable<Pick<Field, 'path'>>): T {
  const conditions = [...fields].map(({ path }) => [path, `filter[${path}]`] as const)
  const hinted = hintedNames({ ...query.properties, 'filter[field]': true }, conditions)
  return { ...query, patternProperties: { '^filter': {} }, ...hinted }
}
