import { getCountries } from 'libphonenumber-js/max'
import { normalizeName } from '../../columns/name.ts'

/** Common names of countries besides the standard English and Russian ones. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  US: ['USA', 'U.S.A.', 'America', 'United States of America', 'США', 'Америка', 'Соединенные Штаты Америки'],
  GB: ['UK', 'Great Britain', 'England', 'Scotland', 'Wales', 'Англия', 'Соединенное Королевство'],
  RU: ['Russian Federation', 'РФ', 'Российская Федерация', 'Россия'],
  BY: ['Белоруссия', 'Республика Беларусь', 'Belorussia'],
  KZ: ['Республика Казахстан', 'РК'],
  AE: ['UAE', 'Эмираты'],
  CZ: ['Czech Republic', 'Чешская Республика'],
  KR: ['Korea', 'South Korea', 'Южная Корея', 'Корея'],
  CN: ['PRC', 'КНР'],
  DE: ['Deutschland', 'ФРГ'],
  KG: ['Киргизия', 'Кыргызская Республика'],
  MD: ['Молдавия', 'Moldova'],
  TR: ['Turkey', 'Türkiye'],
}

let codes: ReadonlyMap<string, string> | undefined
const known = new Map<string, string | undefined>()
/** Maximum number of cached names: a file has few different countries, but one in every row. */
const mostKnown = 1000

/** Returns the code of a country by its English or Russian name or by its code. */
export function countryCode(name: string): string | undefined {
  if (known.has(name)) return known.get(name)
  codes ??= codesByName()
  const code = codes.get(normalizeName(name))
  if (known.size < mostKnown && name.length < 100) known.set(name, code)
  return code
}

function codesByName(): Map<string, string> {
  const languages = ['en', 'ru'].map((language) => new Intl.DisplayNames(language, { type: 'region' }))
  const names = getCountries().flatMap((code) => [
    [code, code],
    ...languages.map((language) => [language.of(code) ?? code, code]),
    ...(otherNames[code] ?? []).map((name) => [name, code]),
  ])
  return new Map(names.map(([name = '', code = '']) => [normalizeName(name), code]))
}
