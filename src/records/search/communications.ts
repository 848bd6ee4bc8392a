import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { ranks, shortest } from './ranks.ts'

/** The fragments to find in the communications of a type. A communication matches if it contains one of them. */
export interface Fragments {
  typeId: number
  each: readonly Fragment[]
}

/** A fragment to find in a field. `folded` means that the field's values are stored folded. */
interface Fragment {
  field: string
  folded: boolean
  fragment: string
}

/** Escapes a fragment for `like`. */
export function escaped(fragment: string): string {
  return fragment.replaceAll(/[\\%_]/g, '\\$&')
}

/** The number of last digits by which an index finds a phone number. */
const tellingDigits = 7

/**
 * Returns the most selective part of an address or a phone number. Common parts, such as top-level domains and area
 * codes, are slow to find in an index. The matches are then compared with the whole fragment.
 */
function tellingPart(fragment: string): string {
  if (/^\d+$/.test(fragment)) return fragment.slice(-tellingDigits)
  const [mailbox = '', domain = ''] = fragment.split('@')
  const labels = (mailbox || domain).split(/[^\p{L}\p{N}]+/u)
  const isMailbox = mailbox !== '' && fragment.includes('@')
  const telling = isMailbox || labels.length === 1 ? labels : labels.slice(0, -1)
  const longest = telling.toSorted((a, b) => b.length - a.length)[0] ?? ''
  return longest.length < shortest ? fragment : longest
}

/** Returns `from … where` over the communications that contain one of the fragments. */
export function communicationsWith({ typeId, each }: Fragments): RawBuilder<unknown> {
  return itemsLike(
    typeId,
    each.map((one) => ({ ...one, pattern: `%${one.fragment}%` })),
  )
}

/** Returns an indexed superset of the communications with this rank or better. Compare the rows with the fragments. */
export function communicationsLike({ typeId, each }: Fragments, worst: number): RawBuilder<unknown> {
  const patterns = each.flatMap((one) => patternsOf(one.fragment, worst).map((pattern) => ({ ...one, pattern })))
  const different = patterns.filter(
    (one, index) =>
      patterns.findIndex(({ field, pattern }) => field === one.field && pattern === one.pattern) === index,
  )
  return itemsLike(typeId, different)
}

function patternsOf(fragment: string, worst: number): string[] {
  if (worst <= ranks.whole) return [fragment]
  const part = tellingPart(fragment)
  if (part !== fragment || worst > ranks.beginning) return [`%${part}%`]
  return worst <= ranks.word ? [`%${fragment}`] : [`%${fragment}`, `${fragment}%`]
}

function itemsLike(typeId: number, each: readonly (Fragment & { pattern: string })[]): RawBuilder<unknown> {
  const conditions = each.map((one) => sql`item.field = ${sql.lit(one.field)} and ${isLike(one, one.pattern)}`)
  return sql`from communication as item where item.type_id = ${sql.lit(typeId)} and (${sql.join(conditions, sql` or `)})`
}

function isLike({ folded }: Fragment, pattern: string): RawBuilder<SqlBool> {
  return folded ? sql`item.normalized like ${pattern}` : sql`fold(item.normalized) like fold(${pattern})`
}

/** Returns SQL of a communication's rank. The end of a phone number and the domain of an address are whole words. */
export function rankOfItem({ each }: Fragments): RawBuilder<number> {
  const whens = each.map((one) => {
    const { field, fragment } = one
    return sql`when item.field = ${sql.lit(field)} and ${isLike(one, `%${fragment}%`)} then
        case when ${isLike(one, fragment)} then ${sql.lit(ranks.whole)} when ${isLike(one, `%${fragment}`)} then ${sql.lit(ranks.word)}
          when ${isLike(one, `${fragment}%`)} then ${sql.lit(ranks.beginning)} else ${sql.lit(ranks.part)} end`
  })
  return sql`case ${sql.join(whens, sql` `)} end`
}
