import { type RawBuilder, type SqlBool, sql } from 'kysely'

/**
 * How well a field has a word, the best first: it is the whole value, a whole word, the beginning of one, a part; with
 * typing errors, ten for each letter that differs beyond `misspelt`.
 */
export const ranks = { whole: 0, word: 10, beginning: 20, part: 30, misspelt: 40 }
/** The worst rank that a word can have. */
export const worstRank = 100

/** One or two letters give an index nothing but where words begin. */
export const shortest = 3

/** The pattern of texts that have the spelling. */
function patternOf(key: string): string {
  return key.length < shortest ? `% ${key}%` : `%${key}%`
}

/** The condition, for an index, that a text's key has the spelling with this rank or a better one. */
export function hasKey(text: RawBuilder<unknown>, key: string, worst: number): RawBuilder<SqlBool> {
  if (worst <= ranks.whole) return sql`(${text} like ${`% ${key} %`} and ${isWhole(text, key)})`
  if (worst <= ranks.word) return sql`${text} like ${`% ${key} %`}`
  return sql`${text} like ${worst <= ranks.beginning ? `% ${key}%` : patternOf(key)}`
}

/** Of several spellings of one text, which have two spaces between them, any may be it. */
function isWhole(text: RawBuilder<unknown>, key: string): RawBuilder<SqlBool> {
  return sql`(${text} = ${` ${key} `} or ${text} like ${` ${key}  %`} or ${text} like ${`%  ${key} `} or ${text} like ${`%  ${key}  %`})`
}

/** SQL of the rank of a text's key that has the spelling; null if it has not. */
export function rankOfText(text: RawBuilder<unknown>, key: string): RawBuilder<number> {
  return sql`case when ${text} like ${patternOf(key)} then
    case when ${text} like ${`% ${key} %`} then case when ${isWhole(text, key)} then ${sql.lit(ranks.whole)} else ${sql.lit(ranks.word)} end
      when ${text} like ${`% ${key}%`} then ${sql.lit(ranks.beginning)} else ${sql.lit(ranks.part)} end end`
}

/** How many letters of a word may differ; swapping two counts as two. */
export function toleranceOf(key: string): number {
  if (key.length < 4 || /[\d ]/.test(key)) return 0
  return key.length < 6 ? 1 : 2
}

/** The distance takes no more than 255 bytes. */
const longestKey = 60

/** The same for a spelling with errors. */
export function rankOfErrors(text: RawBuilder<unknown>, key: string): RawBuilder<number> {
  const tolerance = sql.lit(toleranceOf(key))
  const distance = sql`levenshtein_less_equal(left(part, ${sql.lit(longestKey)}), ${key.slice(0, longestKey)}, ${tolerance})`
  return sql`(select ${sql.lit(ranks.misspelt)} + 10 * min(distance) from (
    select ${distance} as distance from unnest(string_to_array(btrim(${text}), ' ')) as part) as parts
    where distance <= ${tolerance})`
}
