import { type RawBuilder, type SqlBool, sql } from 'kysely'

/**
 * How well a field matches a word, the best first: the whole value, a whole word, the beginning of a word, a part of a
 * word. With typing errors the rank is `misspelt` plus ten per different letter.
 */
export const ranks = { whole: 0, word: 10, beginning: 20, part: 30, misspelt: 40 }
/** The worst rank of a word. */
export const worstRank = 100

/** The shortest text that an index finds inside words. Shorter text is found only at the beginning of words. */
export const shortest = 3

/** Returns the pattern of texts that contain the spelling. */
function patternOf(key: string): string {
  return key.length < shortest ? `% ${key}%` : `%${key}%`
}

/** Returns the condition, for an index, that a text's key contains the spelling with this rank or better. */
export function hasKey(text: RawBuilder<unknown>, key: string, worst: number): RawBuilder<SqlBool> {
  if (worst <= ranks.whole) return sql`(${text} like ${`% ${key} %`} and ${isWhole(text, key)})`
  if (worst <= ranks.word) return sql`${text} like ${`% ${key} %`}`
  return sql`${text} like ${worst <= ranks.beginning ? `% ${key}%` : patternOf(key)}`
}

/** A key may have several spellings of a text, separated by two spaces. Any of them may match. */
function isWhole(text: RawBuilder<unknown>, key: string): RawBuilder<SqlBool> {
  return sql`(${text} = ${` ${key} `} or ${text} like ${` ${key}  %`} or ${text} like ${`%  ${key} `} or ${text} like ${`%  ${key}  %`})`
}

/** Returns SQL of the rank of the spelling in a text's key, null without a match. */
export function rankOfText(text: RawBuilder<unknown>, key: string): RawBuilder<number> {
  return sql`case when ${text} like ${patternOf(key)} then
    case when ${text} like ${`% ${key} %`} then case when ${isWhole(text, key)} then ${sql.lit(ranks.whole)} else ${sql.lit(ranks.word)} end
      when ${text} like ${`% ${key}%`} then ${sql.lit(ranks.beginning)} else ${sql.lit(ranks.part)} end end`
}

/** Returns how many letters of a word may differ. Two swapped letters count as two. */
export function toleranceOf(key: string): number {
  if (key.length < 4 || /[\d ]/.test(key)) return 0
  return key.length < 6 ? 1 : 2
}

/** Postgres accepts at most 255 bytes for `levenshtein_less_equal`. */
const longestKey = 60

/** Returns SQL of the rank of a spelling with typing errors, null without a match. */
export function rankOfErrors(text: RawBuilder<unknown>, key: string): RawBuilder<number> {
  const tolerance = sql.lit(toleranceOf(key))
  const distance = sql`levenshtein_less_equal(left(part, ${sql.lit(longestKey)}), ${key.slice(0, longestKey)}, ${tolerance})`
  return sql`(select ${sql.lit(ranks.misspelt)} + 10 * min(distance) from (
    select ${distance} as distance from unnest(string_to_array(btrim(${text}), ' ')) as part) as parts
    where distance <= ${tolerance})`
}
