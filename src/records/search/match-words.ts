import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { FieldsByPath } from '../../fields/field.ts'
import type { Searched } from '../../fields/kind.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import { communicationsLike, communicationsWith, escaped, type Fragments, rankOfItem } from './communications.ts'
import { hasKey, rankOfErrors, rankOfText, ranks, toleranceOf } from './ranks.ts'
import type { Word } from './search-words.ts'

/** A word of a search, and what of a type it is looked for in. */
export interface Sought {
  word: Word
  /** Values of the record itself that may have it, each with SQL of the rank with which it has. */
  values: readonly { field: string; value: RawBuilder<unknown>; rank: RawBuilder<number> }[]
  /** Conditions that the fields' indexes answer, one for each: who has the word with this rank or a better one has one. */
  indexed(worst: number): readonly RawBuilder<SqlBool>[]
  /** What is looked for among communications; null if nothing is. */
  communications: Fragments | null
}

/** The fields among these that are searched, and how. */
export function searchedFields(fields: FieldsByPath): Searched[] {
  return [...fields.values()].flatMap((field) => {
    const searched = field.searchReady && kindOf(field).searched?.(field)
    return searched ? [searched] : []
  })
}

/** Looks for a word in the fields; `forgiving` finds it with typing errors, too. */
export function seek(word: Word, fields: readonly Searched[], forgiving: boolean): Sought {
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
        ...{ field: field.path, value: text },
        rank: index < texts.length ? rankOfText(key, spelling) : rankOfErrors(key, spelling),
      })),
      ...equal.map(({ field, column, is }) => ({
        ...{ field: field.path, value: column },
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

function fragmentsOf(word: Word, fields: readonly Searched[]): Fragments | null {
  const each = fields.flatMap((one) =>
    one.in === 'communication'
      ? one.fragments(word).map((part) => ({ field: one.field.code, folded: one.folded, fragment: escaped(part) }))
      : [],
  )
  return each.length ? { typeId: fields[0]!.field.typeId, each } : null
}

/** Whether a word is long enough for typing errors, and no number. */
export function canBeMisspelt({ word }: Sought): boolean {
  return word.keys.some((key) => toleranceOf(key) > 0)
}

/** Whether a word cannot be in any of the fields. */
export function isNowhere({ indexed, communications }: Sought): boolean {
  return !indexed(ranks.part).length && !communications
}

/** SQL of the rank with which `record` has the word; null where it has not. */
export function rankOf(sought: Sought): RawBuilder<number> {
  const { values, communications } = sought
  const own = values.length
    ? sql<number>`least(${sql.join(values.map(({ rank }) => rank))})`
    : sql<number>`null::integer`
  // Communications, each a look into another table, are only asked for what the record itself has not.
  if (!communications) return own
  const theirs = sql`select min(${rankOfItem(communications)}) ${communicationsWith(communications)} and item.record_id = record.id`
  return sql`coalesce(${own}, (${theirs}))`
}

/** SQL of the field of `record` that has the word best, with its value, as JSON. */
export function matchOf({ values, communications }: Sought): RawBuilder<unknown> {
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

/** The condition that `record` has the word, which may be asked of every record. */
export function has({ indexed, communications }: Sought): RawBuilder<SqlBool> {
  const theirs =
    communications && sql<SqlBool>`exists (select ${communicationsWith(communications)} and item.record_id = record.id)`
  const all = [...indexed(ranks.part), ...(theirs ? [theirs] : [])]
  return all.length ? sql`(${sql.join(all, sql` or `)})` : sql`false`
}

/**
 * Conditions that indexes answer, and which together find all records that have each word with this rank or a better
 * one; each may find some that have not. Communications stand in a table of their own, so that only one word can be
 * looked up there: the longest, which few will have.
 */
export function lookups(all: readonly Sought[], worst: number = ranks.part): RawBuilder<SqlBool>[] {
  const inText = (sought: Sought) => sql<SqlBool>`(${sql.join(sought.indexed(worst), sql` or `)})`
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
