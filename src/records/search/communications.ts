import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { ranks, shortest } from './ranks.ts'

/** What is looked for among the communications of a type: a fragment of a value, in one of the fields. */
export interface Fragments {
  typeId: number
  each: readonly Fragment[]
}

/** A fragment of values that need not be folded, or of others. */
interface Fragment {
  field: string
  folded: boolean
  fragment: string
}

/** A fragment as patterns take it to the letter. */
export function escaped(fragment: string): string {
  return fragment.replaceAll(/[\\%_]/g, '\\$&')
}

/** Digits at its end by which a phone number is looked up. */
const tellingDigits = 7

/**
 * The part of what is looked for among addresses and phones that tells most: an index takes its time over what many
 * have in common, such as the ends of domains and the codes of cities. What it finds is compared with the whole.
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

/** `from … where` over the communications that have one of the fragments. */
export function communicationsWith({ typeId, each }: Fragments): RawBuilder<unknown> {
  return itemsLike(
    typeId,
    each.map((one) => ({ ...one, pattern: `%${one.fragment}%` })),
  )
}

/** By an index, those that have one with this rank or a better one; among others, which have to be compared with the whole. */
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

/** SQL of an item's rank. Of phones the last digits count as a whole word, of addresses the domain. */
export function rankOfItem({ each }: Fragments): RawBuilder<number> {
  const whens = each.map((one) => {
    const { field, fragment } = one
    return sql`when item.field = ${sql.lit(field)} and ${isLike(one, `%${fragment}%`)} then
        case when ${isLike(one, fragment)} then ${sql.lit(ranks.whole)} when ${isLike(one, `%${fragment}`)} then ${sql.lit(ranks.word)}
          when ${isLike(one, `${fragment}%`)} then ${sql.lit(ranks.beginning)} else ${sql.lit(ranks.part)} end`
  })
  return sql`case ${sql.join(whens, sql` `)} end`
}
