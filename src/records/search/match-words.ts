import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { FieldsByPath } from '../../fields/field.ts'
import type { SearchTarget } from '../../fields/kind.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import { communicationsLike, communicationsWith, escaped, type Fragments, rankOfItem } from './communications.ts'
import { hasKey, rankOfErrors, rankOfText, ranks, toleranceOf } from './ranks.ts'
import type { Word } from './search-words.ts'

/** A word of a search, with the places of a type to search for it. */
export interface WordSearch {
  word: Word
  /** The record's own values to search, each with SQL of the rank of its match. */
  values: readonly { field: string; value: RawBuilder<unknown>; rank: RawBuilder<number> }[]
  /** Conditions that indexes support, one per field. A record with the word at this rank or better meets one. */
  indexed(worst: number): readonly RawBuilder<SqlBool>[]
  /** The fragments to find in communications, or null. */
  communications: Fragments | null
}

/** Returns the searchable fields with the way to search each. */
export function searchedFields(fields: FieldsByPath): SearchTarget[] {
  return [...fields.values()].flatMap((field) => {
    const searched = field.searchReady && kindOf(field).searched?.(field)
    return searched ? [searched] : []
  })
}

/** Returns the places to search for a word. With `forgiving`, the word also matches with typing errors. */
export function wordSearchOf(word: Word, fields: readonly SearchTarget[], forgiving: boolean): WordSearch {
  const texts = fields.flatMap((one) => (one.in === 'key' ? word.keys.map((key) => ({ ...one, spelling: key })) : []))
  const errors = forgiving ? texts.filter(({ spelling }) => toleranceOf(spelling) > 0) : []
  const equal = fields.flatMap((one) => {
    const value = one.in === 'value' ? one.value(word) : undefined
    return one.in === 'value' && value !== undefined ? [{ ...one, is: sql<SqlBool>`${one.column} = ${value}` }] : []
  })
  return {
    word,
    values: [
      ...[...texts, ...errors].map(({ field, key, text, spelling }, index) => ({
        field: field.path,
        value: text,
        rank: index < texts.length ? rankOfText(key, spelling) : rankOfErrors(key, spelling),
      })),
      ...equal.map(({ field, column, is }) => ({
        field: field.path,
        value: column,
        rank: sql<number>`case when ${is} then ${sql.lit(ranks.whole)} end`,
      })),
    ],
    indexed: (worst) => [
      ...texts.map(({ key, spelling }) => hasKey(key, spelling, worst)),
      ...errors.map(({ key, spelling }) => sql<SqlBool>`${key} %> ${spelling}`),
      ...equal.map(({ is }) => is),
    ],
    communications: fragmentsOf(word, fields),
  }
}

function fragmentsOf(word: Word, fields: readonly SearchTarget[]): Fragments | null {
  const each = fields.flatMap((one) =>
    one.in === 'communication'
      ? one.fragments(word).map((part) => ({ field: one.field.code, folded: one.folded, fragment: escaped(part) }))
      : [],
  )
  return each.length ? { typeId: fields[0]!.field.typeId, each } : null
}

/** Returns whether a word may match with typing errors: it is long enough and has no digits. */
export function canBeMisspelt({ word }: WordSearch): boolean {
  return word.keys.some((key) => toleranceOf(key) > 0)
}

/** Returns whether no field can contain the word. */
export function isNowhere({ indexed, communications }: WordSearch): boolean {
  return !indexed(ranks.part).length && !communications
}

/** Returns SQL of the rank of the word in `record`, null without a match. */
export function rankOf(sought: WordSearch): RawBuilder<number> {
  const { values, communications } = sought
  const own = values.length
    ? sql<number>`least(${sql.join(values.map(({ rank }) => rank))})`
    : sql<number>`null::integer`
  // Communications are in another table, so they are searched only when the record itself has no match.
  if (!communications) return own
  const theirs = sql`select min(${rankOfItem(communications)}) ${communicationsWith(communications)} and item.record_id = record.id`
  return sql`coalesce(${own}, (${theirs}))`
}

/** Returns SQL of the field of `record` with the best match, and its value, as JSON. */
export function matchOf({ values, communications }: WordSearch): RawBuilder<unknown> {
  const ways = values.map(
    ({ field, value, rank }) => sql`select ${sql.lit(field)} as field, ${value}::text as value, ${rank} as rank`,
  )
  if (communications) {
    ways.push(
      sql`select item.field, item.value, ${rankOfItem(communications)} ${communicationsWith(communications)} and item.record_id = record.id`,
    )
  }
  return sql`(select json_build_object('field', field, 'value', value)
    from (${sql.join(ways, sql` union all `)}) as ways where rank is not null order by rank limit 1)`
}

/** Returns the condition that `record` contains the word. It works without an index. */
export function containsWord({ indexed, communications }: WordSearch): RawBuilder<SqlBool> {
  const theirs =
    communications && sql<SqlBool>`exists (select ${communicationsWith(communications)} and item.record_id = record.id)`
  const all = [...indexed(ranks.part), ...(theirs ? [theirs] : [])]
  return all.length ? sql`(${sql.join(all, sql` or `)})` : sql`false`
}

/**
 * Returns conditions that indexes support. Together they find all records that contain each word with this rank or
 * better, and possibly some others. Communications are in a table of their own, so only one word can be looked up
 * there: the longest, which is probably the rarest.
 */
export function indexConditions(all: readonly WordSearch[], worst: number = ranks.part): RawBuilder<SqlBool>[] {
  const inText = (sought: WordSearch) => sql<SqlBool>`(${sql.join(sought.indexed(worst), sql` or `)})`
  const elsewhere = all.filter(({ communications }) => communications)
  const others = all.filter((sought) => !elsewhere.includes(sought)).map(inText)
  const chosen = elsewhere.toSorted((a, b) => b.word.text.length - a.word.text.length)[0]
  if (!chosen?.communications) return [sql`${sql.join(others, sql` and `)}`]
  const ways = [
    ...(chosen.indexed(worst).length ? [inText(chosen)] : []),
    sql<SqlBool>`record.id in (select item.record_id ${communicationsLike(chosen.communications, worst)})`,
  ]
  return ways.map((way) => sql`${sql.join([way, ...others], sql` and `)}`)
}
