import Type, { type Static } from 'typebox'
import type { Value } from '../../fields/value.ts'
import { TotalKind } from '../../http/lists.ts'
import { fieldsText, listQuery, pageParts, sortNote } from '../../lists/parameters.ts'
import { EventCondition, PeriodInput } from '../../reporting-period/schemas.ts'
import { enumOf, listText, nullable, ref } from '../../schema/build.ts'
import { changedSince } from '../changes/schemas.ts'
import type { Facets as Values } from '../list/facets.ts'
import { defaultSort } from '../query/sort.ts'
import { mostCharacters, mostWords } from '../search/search-words.ts'
import type { OnDuplicate } from '../write/write-context.ts'

// Has no example, because the reference page sends the examples of all parameters together. No record would match.
const q = Type.String({
  minLength: 1,
  maxLength: mostCharacters,
  description: `Words to search for, such as \`Петров Иван\`, in any order, at most ${mostWords}. Searches names, titles, numbers, phones (also the last four or more digits), e-mails and other addresses, ids written as \`#15\`, and searchable user fields (custom fields). Ignores case, diacritics, the difference between ё and е, and the alphabet of the words. A record must match all words. If hardly anything matches, typing errors are tolerated, in any sort order and in counts. If very many records are similar, only the most similar match and \`totalKind\` is \`atLeast\`. Without \`sort\` the best matches come first (whole values, whole words, beginnings, parts), then the newest.`,
})
const expandNote =
  'Links whose records are returned as well, under `expanded`. A link is the name of a field without `Id`. A record that the caller may not read is null.'
const fieldsNote =
  'Fields to return. Also parts of fields (`phones.value`), and fields of linked records (`company.title`), which are returned under `expanded`. Default: all fields. The id is always returned.'
const expandText = Type.String({ maxLength: 1000, ...listText })

/** The parameters that lists of records have in a URL and in a body, and their descriptions. */
export const listParts = { ...pageParts, q, sortNote: sortNote(defaultSort), fieldsNote, expandNote }

/** The query parameters of a list. */
export const ListQuery = Type.Object(
  {
    q: Type.Optional(q),
    ...listQuery,
    expand: Type.Optional(expandText),
    changedSince: Type.Optional(changedSince),
  },
  { additionalProperties: false },
)

/** The query parameters of a search over all types. */
export const SearchQuery = Type.Object(
  {
    q: { ...q, description: 'Words to search for, as in lists.', examples: ['Петров Иван'] },
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
