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

/** The pattern of texts that have the spelling with this rank or a better one. */
export function patternOf(key: string, worst: number = ranks.part): string {
  if (worst <= ranks.word) return `% ${key} %`
  return worst <= ranks.beginning || key.length < shortest ? `% ${key}%` : `%${key}%`
}

/** SQL of the rank of a text's key that has the spelling; null if it has not. */
export function rankOfText(text: RawBuilder<unknown>, key: string): RawBuilder<number> {
  return sql`case when ${text} like ${patternOf(key)} then
    case when ${text} = ${` ${key} `} then ${sql.lit(ranks.whole)} when ${text} like ${`% ${key} %`} then
        case when ${isOneOfSpellings(text, key)} then ${sql.lit(ranks.whole)} else ${sql.lit(ranks.word)} end
      when ${text} like ${`% ${key}%`} then ${sql.lit(ranks.beginning)} else ${sql.lit(ranks.part)} end end`
}

/** Spellings of one text have two spaces between them. */
function isOneOfSpellings(text: RawBuilder<unknown>, key: string): RawBuilder<SqlBool> {
  return sql`(${text} like ${` ${key}  %`} or ${text} like ${`%  ${key} `} or ${text} like ${`%  ${key}  %`})`
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
