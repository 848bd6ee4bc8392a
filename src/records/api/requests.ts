import Type, { type Static } from 'typebox'
import type { Field } from '../../fields/field.ts'
import type { Value } from '../../fields/value.ts'
import { pageLength } from '../../http/id-page.ts'
import { TotalKind } from '../../http/lists.ts'
import { EventCondition, PeriodInput } from '../../reporting-period/schemas.ts'
import { enumOf, listText, noSpaces, nullable, ref, wrongNames } from '../../schema/build.ts'
import { changedSince } from '../changes/schemas.ts'
import type { Facets as Values } from '../list/facets.ts'
import { mostBefore } from '../list/page-number.ts'
import { countKinds } from '../query/count.ts'
import { defaultSort } from '../query/sort.ts'
import { mostCharacters, mostWords } from '../search/search-words.ts'
import type { OnDuplicate } from '../write/write-context.ts'

/** The default number of records on a page. */
export const defaultLimit = pageLength.default

const limit = Type.Integer({
  minimum: 1,
  maximum: pageLength.most,
  default: defaultLimit,
  description: 'Maximum number of records per page.',
})
const sortNote = `Fields to sort by, most important first. Prefix with \`-\` for descending order. Empty values come last in both orders. \`given\` is the order of the ids in \`filter[id][in]\`; \`missing\` then has the ids without a record. Default: \`${defaultSort}\`.`
// `namedParameters` describes the parameters that name fields, for each type.
const sort = Type.String({ maxLength: 500, ...listText })
const cursor = Type.String({
  description:
    'Cursor of the page to return: `page.next` or `page.prev` of another page. It includes the filter and the sort order.',
})
const page = Type.Integer({
  minimum: 1,
  description: `Number of the page, from 1, among the first ${mostBefore} records. Beyond them, and wherever possible, follow \`page.next\`: pages by number shift when records are added.`,
})
const count = enumOf([...countKinds], {
  default: 'none',
  description:
    '`exact` counts the records within a time limit (`total` is null if it is exceeded). `estimated` returns an estimate of the query planner.',
})
const q = Type.String({
  minLength: 1,
  maxLength: mostCharacters,
  description: `Words to search for, in any order, at most ${mostWords}. Searches names, titles, numbers, phones (also the last four or more digits), e-mails and other addresses, ids written as \`#15\`, and searchable user fields (custom fields). Ignores case, diacritics, the difference between ё and е, and the alphabet of the words. A record must match all words. If hardly anything matches, typing errors are tolerated, in any sort order and in counts. If very many records are similar, only the most similar match and \`totalKind\` is \`atLeast\`. Without \`sort\` the best matches come first (whole values, whole words, beginnings, parts), then the newest.`,
  examples: ['Петров Иван'],
})
/** The time zone of days and date words. */
export const timeZone = Type.String({
  ...noSpaces,
  maxLength: 60,
  description: "Time zone of dates and of words such as `today`. Default: the caller's time zone.",
  examples: ['Europe/Moscow'],
})
const fieldsText = Type.String(listText)

const expandNote =
  'Links whose records are returned as well, under `expanded`. A link is the name of a field without `Id`. A record that the caller may not read is null.'
const fieldsNote =
  'Fields to return. Also parts of fields (`phones.value`), and fields of linked records (`company.title`), which are returned under `expanded`. Default: all fields. The id is always returned.'
const expandText = Type.String({ maxLength: 1000, ...listText })

/** The parameters that lists share between the URL and a body, and their descriptions. */
export const listParts = { q, limit, cursor, page, count, timeZone, sortNote, fieldsNote, expandNote }

/** The query parameters of a list. */
export const ListQuery = Type.Object(
  {
    q: Type.Optional(q),
    sort: Type.Optional(sort),
    fields: Type.Optional(fieldsText),
    expand: Type.Optional(expandText),
    limit,
    cursor: Type.Optional(cursor),
    page: Type.Optional(page),
    count: Type.Optional(count),
    timeZone: Type.Optional(timeZone),
    changedSince: Type.Optional(changedSince),
  },
  { additionalProperties: false },
)

/** The query parameters of a list with a fixed order and fixed fields. */
export const fixedOrderQuery = {
  limit,
  cursor: Type.Optional(cursor),
  count: Type.Optional(count),
  timeZone: Type.Optional(timeZone),
}

/** The query parameters of a search over all types. */
export const SearchQuery = Type.Object(
  {
    q: { ...q, description: 'Words to search for, as in lists.' },
    types: Type.Optional(
      Type.String({
        maxLength: 1000,
        ...listText,
        description: 'Codes of the record types to search. Default: all types.',
        examples: ['contact,company'],
      }),
    ),
    limit: Type.Integer({ minimum: 1, maximum: 100, default: 20, description: 'Maximum number of matches to return.' }),
  },
  { additionalProperties: false },
)

/** The query parameters of a single record. */
export const FieldsQuery = Type.Object(
  { fields: Type.Optional(fieldsText), expand: Type.Optional(expandText) },
  { additionalProperties: false },
)

/** What other APIs call the parameters of a list. */
const otherNames = {
  ...{ pageNumber: 'page', page_number: 'page' },
  ...{ offset: 'cursor', skip: 'cursor', start: 'cursor', after: 'cursor', next: 'cursor' },
  ...{ perPage: 'limit', per_page: 'limit', pageSize: 'limit', page_size: 'limit', size: 'limit', take: 'limit' },
  ...{ order: 'sort', orderBy: 'sort', order_by: 'sort', sortBy: 'sort', search: 'q', query: 'q', select: 'fields' },
  ...{ include: 'expand', embed: 'expand', where: 'filter[field]', filters: 'filter[field]' },
}

/** Names the right parameter to callers who write that of another API, or a field without `filter`. */
export function hintedNames(fields: readonly Pick<Field, 'path'>[]) {
  const conditions = fields.map(({ path }) => [path, `filter[${path}]`])
  return wrongNames({ ...otherNames, ...Object.fromEntries(conditions) })
}

/**
 * Allows parameters such as `filter[amount][gte]`, whose names no schema can list. The API document shows them as one
 * parameter, `filter`.
 */
export function withFilter<T extends object>(query: T): T {
  return { ...query, patternProperties: { '^filter': {} } }
}

/** The sum of the amounts in one currency. */
export const AmountSum = Type.Object(
  {
    amount: Type.String({ description: 'Sum of the amounts.', examples: ['1234.50'] }),
    currency: nullable(Type.String(), { description: 'Currency. Null for records without one.', examples: ['RUB'] }),
  },
  { $id: 'AmountSum', description: 'Sum of the amounts in one currency.' },
)

const Facets = Type.Record(
  Type.String(),
  Type.Unsafe<Values[string]>({
    type: ['array', 'null'],
    items: Type.Object({
      value: Type.Unsafe<Value>({
        type: ['string', 'integer', 'boolean', 'null'],
        description: 'Value of the field. Null counts the records without a value.',
      }),
      count: Type.Integer({ description: 'Number of records with this value.' }),
      sums: Type.Optional(
        Type.Array(ref(AmountSum), {
          description: 'Sums of the amounts of these records by currency. Present when the request names `sum`.',
        }),
      ),
    }),
    description: 'At most 100 values, the most frequent first. Null if counting took too long.',
  }),
  {
    $id: 'Facets',
    description: 'Counts of the values of each field that `facets` names.',
    examples: [{ stageId: [{ value: 'NEW', count: 12 }] }],
  },
)
/** A reference to the schema of facets. */
export const facets = ref(Facets)

/** The result of a count. */
export const CountResult = Type.Object(
  {
    total: Type.Unsafe<number | null>({
      type: ['integer', 'null'],
      description: 'Number of records. Null if counting took too long.',
    }),
    totalKind: ref(TotalKind),
    facets: Type.Optional(ref(Facets)),
  },
  { $id: 'Count', description: 'Result of a count. `facets` is present when the request has it.' },
)

/** The named schemas that list requests refer to. */
export const requestSchemas = [AmountSum, Facets, CountResult, EventCondition, PeriodInput]

/** The maximum number of operations in a batch. */
export const mostOperations = 1000

/** The id in the path. */
export const IdParams = Type.Object({
  id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'Id of the record.', examples: [1] }),
})

/** The external key in the path. */
export const ExternalParams = Type.Object({
  source: Type.String({ minLength: 1, maxLength: 200, description: 'Name of the other system.', examples: ['erp'] }),
  key: Type.String({
    minLength: 1,
    maxLength: 200,
    description: 'Key of the record in that system.',
    examples: ['K-17'],
  }),
})

/** What happens to a new record that has a duplicate. */
export const OnDuplicateQuery = Type.Object({
  onDuplicate: enumOf(['allow', 'reject', 'update'], {
    default: 'allow',
    description:
      'What happens to a new record that is certainly a duplicate of one that you may read. `allow` creates it all the same, `reject` refuses it. `update` changes the duplicate instead: it sets the filled fields and adds the items that lists lack; if there are several duplicates, the request is refused.',
  }),
})

/** Returns what happens to duplicates, unless they are created all the same. */
export function onDuplicateOf({ onDuplicate }: Static<typeof OnDuplicateQuery>): OnDuplicate | undefined {
  return onDuplicate === 'allow' ? undefined : onDuplicate
}

/** The precondition of a change. */
export const IfMatch = Type.Object({
  'if-match': Type.Optional(
    Type.String({
      description:
        'ETag that the record must have, such as `"7-q83vEjRWeJq8"`. Otherwise the request fails. Only the version in the ETag is compared. Weak ETags (`W/"7-…"`) are accepted, because proxies weaken ETags.',
    }),
  ),
})
