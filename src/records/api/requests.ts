import Type from 'typebox'
import { pageLength } from '../../http/id-page.ts'
import { TotalKind } from '../../http/lists.ts'
import { enumOf, ref } from '../../schema/build.ts'
import { countKinds } from '../query/count.ts'
import { defaultSort } from '../query/sort.ts'
import { mostCharacters, mostWords } from '../search/search-words.ts'

/** Records on a page that asks for no number. */
export const defaultLimit = pageLength.default

const limit = Type.Integer({
  minimum: 1,
  maximum: pageLength.most,
  default: defaultLimit,
  description: 'Records on a page.',
})
const sortNote = `Fields to sort by, the most important first; \`-\` in front turns one around. Empty values come last either way. \`${defaultSort}\` when left out.`
// What names fields is described by namedParameters, for each type.
const sort = Type.String({ maxLength: 500 })
const cursor = Type.String({
  description: 'Where to go on: `page.next` or `page.prev` of a page before. It keeps filter and sort.',
})
const count = enumOf([...countKinds], {
  default: 'none',
  description: '`exact` counts within a time box (`total` is null when it ran out), `estimated` asks the planner.',
})
const q = Type.String({
  minLength: 1,
  maxLength: mostCharacters,
  description: `Words to search for, in any order: names, titles, numbers, phones (also their last digits, four at least), e-mails and other addresses, \`#15\` for an id, and fields of users that are searchable. Case, ё, marks over letters and the alphabet do not matter. All words have to be found; at most ${mostWords}. If hardly anything is found, typing errors are forgiven, in every order and in counts alike; of very many that are alike the most alike are taken, which \`totalKind\` tells by \`atLeast\`. Without \`sort\` the best hits come first (whole values, whole words, beginnings, parts), and of equal ones the newest.`,
  examples: ['Петров Иван'],
})
/** Where days and words are understood. */
export const timeZone = Type.String({
  maxLength: 60,
  description: 'Zone in which days and words such as `today` are understood; the one of the caller when left out.',
  examples: ['Europe/Moscow'],
})
const fieldsText = Type.String()

const expandNote =
  'Links whose records are answered besides, under `expanded`: the names of the fields, without `Id`. Null stands for a record that the caller may not read.'
const expandText = Type.String({ maxLength: 1000 })

/** What lists are asked for in the URL and in a body alike, and what is said of it. */
export const listParts = { ...{ q, limit, cursor, count, timeZone }, ...{ sortNote, expandNote } }

/** The parameters of a list. */
export const ListQuery = Type.Object(
  {
    q: Type.Optional(q),
    sort: Type.Optional(sort),
    fields: Type.Optional(fieldsText),
    expand: Type.Optional(expandText),
    limit,
    cursor: Type.Optional(cursor),
    count: Type.Optional(count),
    timeZone: Type.Optional(timeZone),
  },
  { additionalProperties: false },
)

/** The parameters of a list whose order and fields are fixed. */
export const orderedQuery = {
  limit,
  cursor: Type.Optional(cursor),
  count: Type.Optional(count),
  timeZone: Type.Optional(timeZone),
}

/** The parameters of a search over all types. */
export const SearchQuery = Type.Object(
  {
    q: { ...q, description: 'Words to search for, as in lists.' },
    types: Type.Optional(
      Type.String({
        maxLength: 1000,
        description: 'Codes of the types to search, with commas between; all when left out.',
        examples: ['contact,company'],
      }),
    ),
    limit: Type.Integer({ minimum: 1, maximum: 100, default: 20, description: 'Most hits that are answered.' }),
  },
  { additionalProperties: false },
)

/** The parameters of a single record. */
export const FieldsQuery = Type.Object(
  { fields: Type.Optional(fieldsText), expand: Type.Optional(expandText) },
  { additionalProperties: false },
)

/**
 * Lets through conditions such as `filter[amount][gte]`, whose names no schema can list; in the document they are one
 * parameter, `filter`.
 */
export function withFilter<T extends object>(query: T): T {
  return { ...query, patternProperties: { '^filter': {} } }
}

/** How many records there are. */
export const CountResult = Type.Object(
  {
    total: Type.Unsafe<number | null>({
      type: ['integer', 'null'],
      description: 'The number; null when counting took too long.',
    }),
    totalKind: ref(TotalKind),
  },
  { $id: 'Count', description: 'How many records there are.' },
)

/** The schemas that requests for lists refer to. */
export const requestSchemas = [CountResult]

/** Most operations of a batch. */
export const mostOperations = 1000

/** The id in the path. */
export const IdParams = Type.Object({
  id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'Id of the record.', examples: [1] }),
})

/** A key of another system in the path. */
export const ExternalParams = Type.Object({
  source: Type.String({ minLength: 1, maxLength: 200, description: 'The other system.', examples: ['erp'] }),
  key: Type.String({ minLength: 1, maxLength: 200, description: 'Its key for the record.', examples: ['K-17'] }),
})

/** The condition of a change. */
export const IfMatch = Type.Object({
  'if-match': Type.Optional(
    Type.String({
      description:
        'Entity tag that the record must still have. The version in it is compared, also that of a weak tag (`W/"7-…"`), since proxies weaken tags.',
      examples: ['"7-q83vEjRWeJq8"'],
    }),
  ),
})
